# Everything here needs Python 3.11 to 3.13 and make, nothing else. `make help` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help demo test parity fuzz bounds check audit sbom torture torture-sweep torture-count soak bench calibrate e2e profiles docs lock wheel stop clean
export PYTHON
unexport PYTHONDONTWRITEBYTECODE # without its bytecode, pandas alone takes three seconds to import

bin := .venv/bin
ready := .venv/installed
uv := VIRTUAL_ENV=$(CURDIR)/.venv $(bin)/uv

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

$(ready): requirements.lock requirements-bootstrap.lock pyproject.toml scripts/environment
	@scripts/environment

demo: $(ready) ## Walk the whole story on a generated market: load, check, backtest, report, trade on paper
	@$(bin)/mbats demo
	@echo "To have mbats on your path, once per shell:  . $(bin)/activate"

test: $(ready) ## Run the tests, except those in a browser and on a running stack
	$(bin)/python -m pytest -q -n 3 --dist worksteal --ignore=tests/browser --ignore=tests/acceptance

parity: $(ready) ## Compare our simulators with plain Backtrader, on a million bars, too
	PARITY_LONG=1 $(bin)/python -m pytest -q tests/parity
	PYTHONPATH=tests $(bin)/python -m fuzz --cases 5000 --seed 1

fuzz: $(ready) ## Hold the simulators against one another: CASES=5000 SEED=1 (drawn where none is given)
	PYTHONPATH=tests $(bin)/python -m fuzz $(if $(CASES),--cases $(CASES)) $(if $(SEED),--seed $(SEED))

bounds: $(ready) ## Run the quick tests on the lowest and highest Python, too
	scripts/bounds

check: $(ready) ## Lint, format, types, imports, hooks, secrets and the lock
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/pre-commit validate-config
	scripts/secrets
	scripts/locked

audit: $(ready) ## Look for known weaknesses in all that is locked; without an advisory service it says so
	scripts/apart audit
	$(bin)/python scripts/audit.py

sbom: $(ready) ## Write a bill of materials for each lock into build/sbom (CycloneDX)
	scripts/apart audit
	scripts/sbom

torture: $(ready) ## Kill live sessions and fail their exchange: SCHEDULES=10000 KILLED=200 SEED=1; writes build/torture.json
	PYTHONPATH=tests $(bin)/python -m torture $(if $(SCHEDULES),--schedules $(SCHEDULES)) $(if $(KILLED),--killed $(KILLED)) $(if $(SEED),--seed $(SEED))

torture-count: $(ready) ## Write what the last torture found into README.md
	PYTHONPATH=tests $(bin)/python -m torture.count

soak: $(ready) ## Trade half an hour at real time and a year at high speed: MINUTES=30 UNTIL=2025-01; writes build/soak.json
	PYTHONPATH=tests $(bin)/python -m soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(UNTIL),--until $(UNTIL))

torture-sweep: $(ready) ## Kill a sweep of 10,000 cells over 100,000 bars twice, and count its trials
	TORTURE=1 $(bin)/python -m pytest -q -s tests/integration/test_sweep_killed.py

bench: $(ready) ## Measure ourselves beside the usual tools; writes build/bench.json
	$(bin)/python -m benchmarks

calibrate: $(ready) ## Hold the generated market, the referee and promotion to what they promise, in full size: some minutes each
	PYTHONPATH=tests $(bin)/python -m calibration
	PYTHONPATH=tests $(bin)/python -m calibration.referee docs/evidence.svg
	PYTHONPATH=tests $(bin)/python -m calibration.models docs/models.svg

e2e: $(ready) ## Walk the demo from the built wheel, open pages in a browser, accept a running stack: LAUNCHER=native
	scripts/e2e

profiles: $(ready) ## Accept what profiles add to a running stack: Airflow's tasks in Celery workers, a sweep over Ray
	PROFILES=1 $(bin)/python -m pytest -q tests/acceptance/test_profiles.py

wheel: $(ready) ## Build the wheel into dist/
	$(uv) build --quiet --wheel --no-build-isolation --python $(bin)/python --out-dir dist

docs: $(ready) ## Make the pages that are made from code
	$(bin)/python scripts/reference.py > docs/reference.md
	$(bin)/python scripts/feature_catalogue.py > docs/feature-catalogue.md
	$(bin)/python -m mbats.adapters.postgres.dictionary docs/data-dictionary.md
	$(bin)/python scripts/compose.py compose.yaml
	$(bin)/python scripts/services.py > docs/services.md

lock: $(ready) ## Resolve pyproject.toml anew into requirements.lock
	scripts/lock

stop: ## Stop the embedded database of MBATS_HOME; the next command starts it again
	@scripts/stop

clean: ## Remove the environment and everything built; MBATS_HOME stays
	rm -rf .venv .venv-* build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
