"""Dashboards in a real Superset are those of the repository, or a command says that they are not."""

from mbats.adapters.superset.assets import SupersetAssets
from mbats.stack.dashboards.bundle import archive
from mbats.stack.dashboards.catalogue import DASHBOARDS
from mbats.stack.dashboards.identity import identity

PAGE = DASHBOARDS[0]
EDITS = {
    identity(PAGE.charts[1]): {"slice_name": "edited"},
    identity(PAGE.charts[0].dataset): {"sql": "SELECT 'edited' AS label"},
    identity(PAGE): {"dashboard_title": "edited"},
}
TOLD = ("slice_name", "sql", "dashboard_title", f"backtests_{PAGE.charts[-1].name.replace(' ', '_')}.yaml: missing")


def test_what_was_changed_or_deleted_in_superset_is_told_and_brought_back(stack, superset):
    assert brought(stack)
    with SupersetAssets(stack.address("superset"), *stack.login("superset")) as assets:
        theirs = assets.fetch()
        edited = {path: one | EDITS.get(one.get("uuid", ""), {}) for path, one in theirs.items()}
        assert sum(edited[path] != theirs[path] for path in theirs) == len(EDITS)
        assets.bring(archive({path: one for path, one in edited.items() if path != "metadata.yaml"}), {})
    superset.delete_chart(PAGE.charts[-1].name)
    drifted = dashboards(stack, "--check")
    assert drifted.returncode == 1
    assert [words for words in TOLD if words not in drifted.stderr] == []
    assert brought(stack)


def brought(stack):
    """Bring our dashboards, and tell whether Superset's are the same then."""
    return dashboards(stack).returncode == dashboards(stack, "--check").returncode == 0


def dashboards(stack, *options):
    return stack.run("mbats", "stack", "dashboards", *options, service="dashboards", check=False)
