"""`mbats model train` on a real PostgreSQL with MLflow in it, and on an MLflow server that dies."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from fixtures.ports import free_ports
from mbats import cli
from mbats.adapters.lightgbm.estimator import LightGBM
from mbats.market.planted import VENDOR, planted
from mbats.market.timeframe import Timeframe
from mbats.secmaster.keys import BarKey
from mbats.secmaster.moments import instant
from mbats.secmaster.repository import BarBatch, IngestionSource
from mbats.secmaster.screening import flags

SMALL = [
    *("--name", "trend", "--label", "sign:3", "--folds", "3", "--walk-forward", "0.25", "--no-controls"),
    *("-p", "rounds=10", "-f", "log_return:1", "-f", "log_return:12", "-f", "spread_bps"),
]


@pytest.fixture
def market(mlflow_backing, postgres, postgres_home, tmp_path, monkeypatch):
    """Half a year of a planted market in the session's PostgreSQL; objects and working folder are the test's own."""
    working = tmp_path / "work"
    working.mkdir()
    monkeypatch.chdir(working)
    monkeypatch.setenv("MBATS_HOME", str(postgres_home))
    monkeypatch.setenv("MBATS_OBJECT_STORE", str(tmp_path / "objects"))
    bars = planted(["EUR_USD"], Timeframe("H1"), instant("2023-01-01"), instant("2023-07-01"), signal=0.3, seed=5)
    batches = [BarBatch(BarKey(name, VENDOR, "H1", made.alignment), made, flags(made)) for name, made in bars.items()]
    postgres.security_master().ingest(batches, IngestionSource("planted", "0" * 64, "test"))
    return working


def mbats(*arguments):
    assert cli.run([str(one) for one in arguments]) == 0


def test_trains_registers_lists_and_loads(market, mlflow_backing, postgres_home, tmp_path, capsys):
    mbats("model", "train", "EUR_USD", *SMALL, "--json")
    trained = json.loads(capsys.readouterr().out)
    assert trained["model"] == "trend/1"
    assert trained["synthetic"]
    assert len(trained["metrics"]["folds"]) == 3
    assert trained["metrics"]["out_of_fold"]["ic_low"] > 0
    assert (trained["deflation"]["own"], trained["deflation"]["others"]) == (1, 0)
    mbats("model", "train", "EUR_USD", *SMALL)
    shown = capsys.readouterr().out
    assert "something found" in shown
    assert "Registered as trend/1" in shown
    assert "Generated data" in shown
    mbats("model", "list", "--json")
    [line] = json.loads(capsys.readouterr().out)
    assert (line["model"], line["aliases"], line["id"]) == ("trend/1", "challenger", trained["id"][:12])
    _check_what_mlflow_has(mlflow_backing, trained, tmp_path)
    _check_that_no_password_is_anywhere(mlflow_backing, postgres_home, tmp_path)
    assert list(market.iterdir()) == []


def _check_what_mlflow_has(backed, trained, tmp_path):
    import mlflow.lightgbm
    import mlflow.pyfunc

    client = backed.backing.client()
    version = client.get_model_version_by_alias("trend", "challenger")
    assert version.tags["mbats.version"] == trained["id"]
    run = client.get_run(version.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.tags["mbats.version"] == trained["id"]
    assert run.data.params["parameter.rounds"] == "10"
    assert run.data.metrics["out_of_fold.ic"] == pytest.approx(trained["metrics"]["out_of_fold"]["ic"])
    assert [one.step for one in client.get_metric_history(run.info.run_id, "fold.auc")] == [1, 2, 3]
    [given] = run.inputs.dataset_inputs
    assert given.dataset.digest == trained["dataset"][:36]
    assert run.info.artifact_uri.startswith((tmp_path / "objects/mlflow/trend").as_uri())
    content = (tmp_path / "objects/models/fits" / trained["fits"][-1]["artefact"]).read_bytes()
    rows = np.random.default_rng(1).normal(size=(20, 3))
    native = mlflow.lightgbm.load_model(version.source)
    assert (native.predict(rows) == LightGBM("class").load(content, trained["columns"]).score(rows)).all()
    model = mlflow.pyfunc.load_model(version.source)
    assert [column.name for column in model.metadata.signature.inputs] == trained["columns"]
    assert model.metadata.saved_input_example_info is not None


def _check_that_no_password_is_anywhere(backed, postgres_home, tmp_path):
    file = postgres_home / "postgres/mlflow.pgpass"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    password = file.read_text().strip().rpartition(":")[2]
    assert password not in backed.backing.uri
    kept = [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
    assert not [path for path in kept if password.encode() in path.read_bytes()]


@pytest.fixture
def server(tmp_path):
    """A real MLflow server on a store of its own, to be killed."""
    port = free_ports(1)[0]
    started = subprocess.Popen(
        [
            *(sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            *(
                "--backend-store-uri",
                f"sqlite:///{tmp_path}/mlflow.db",
                "--artifacts-destination",
                str(tmp_path / "kept"),
            ),
        ],
        cwd=tmp_path,
        env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield _answering(started, f"http://127.0.0.1:{port}")
    finally:
        _kill(started)


def _answering(process, url):
    for _ in range(600):
        assert process.poll() is None, "the server has ended"
        try:
            urllib.request.urlopen(f"{url}/health", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return process, url
    raise AssertionError("the server does not answer")


def _kill(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_server_that_dies_leaves_nothing_half_registered_and_the_same_command_makes_the_same(
    market, server, tmp_path, monkeypatch, capsys
):
    process, url = server
    monkeypatch.setenv("MBATS_MLFLOW_URI", url)
    mbats("model", "train", "EUR_USD", *SMALL, "--json")
    first = json.loads(capsys.readouterr().out)
    versions = tmp_path / "objects/models/versions"
    before = set(versions.iterdir())
    # The folds are judged and the fits are stored; then nobody is there to hear of the version.
    from mbats.adapters.mlflow.tracking import MlflowRun

    monkeypatch.setattr(MlflowRun, "file", lambda *_: _kill(process))
    assert cli.run(["model", "train", "EUR_USD", *SMALL, "--seed", "5"]) == 75
    told = capsys.readouterr().err
    assert f"MLflow at {url} does not answer" in told
    assert "nothing half-done" in told
    assert "Traceback" not in told
    [orphan] = set(versions.iterdir()) - before
    monkeypatch.undo()
    _check_the_dead_servers_store(tmp_path / "mlflow.db", first["id"], orphan.stem)


def _check_the_dead_servers_store(file, registered, orphan):
    with sqlite3.connect(file) as store:
        tags = [value for (value,) in store.execute("SELECT value FROM model_version_tags")]
        statuses = sorted(value for (value,) in store.execute("SELECT status FROM runs"))
    assert tags == [registered]
    assert orphan not in tags
    assert statuses == ["FINISHED", "RUNNING"]


def test_mlflow_runs_the_repository_as_a_project(market, mlflow_backing, repository, capsys):
    mbats("model", "list", "--tracking-uri")
    uri = capsys.readouterr().out.strip()
    assert uri == mlflow_backing.backing.uri
    asked = {"name": "projected", "label": "sign:3", "folds": "2", "walk_forward": "none", "features": "log_return:1"}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mlflow", "run", str(repository), "-e", "train", "--env-manager", "local"),
            *(part for name, value in asked.items() for part in ("-P", f"{name}={value}")),
        ],
        cwd=market,
        env={**os.environ, "MLFLOW_TRACKING_URI": uri, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    mbats("model", "list", "projected", "--json")
    assert json.loads(capsys.readouterr().out)[0]["model"] == "projected/1"
