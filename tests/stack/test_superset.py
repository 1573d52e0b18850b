"""Dashboards in a real Superset: STACK_HOME names the MBATS_HOME of a stack that runs."""

import json
import os
from pathlib import Path

import pytest

from mbats.adapters.superset.assets import SupersetAssets
from mbats.bootstrap.dashboards import bring_dashboards, check_dashboards
from mbats.errors.dashboards import DashboardsDrifted, SupersetUnreachable
from mbats.settings import Settings
from mbats.stack.dashboards.bundle import archive
from mbats.stack.dashboards.catalogue import DASHBOARDS
from mbats.stack.dashboards.identity import identity

SETTINGS = Settings.from_environment({})


@pytest.fixture
def superset(monkeypatch):
    unit = Path(os.environ.get("STACK_HOME", ".mbats")) / "stack" / "units" / "dashboards.json"
    if not unit.exists():
        pytest.skip("no stack: `mbats stack up dashboards` starts one, STACK_HOME names its home")
    variables = json.loads(unit.read_text())["variables"]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    try:
        return SupersetAssets(variables["MBATS_SUPERSET_URL"], "admin", variables["MBATS_SUPERSET_PASSWORD"])
    except SupersetUnreachable as problem:
        pytest.skip(str(problem))


def test_what_was_changed_in_superset_is_told_and_brought_back(superset):
    assert bring_dashboards(SETTINGS) == check_dashboards(SETTINGS)
    wanted = identity(DASHBOARDS[0].charts[1])
    with superset:
        theirs = superset.fetch()
        edited = {path: one | {"slice_name": "edited"} for path, one in theirs.items() if one.get("uuid") == wanted}
        assert len(edited) == 1
        below = {path: one for path, one in theirs.items() if path.startswith(("databases/", "datasets/"))}
        superset.bring(archive(below | edited), {})
    with pytest.raises(DashboardsDrifted, match="slice_name"):
        check_dashboards(SETTINGS)
    assert bring_dashboards(SETTINGS) == check_dashboards(SETTINGS)
