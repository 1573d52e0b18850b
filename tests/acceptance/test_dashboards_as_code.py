"""Dashboards in a real Superset are those of the repository, or a command says that they are not."""

from mbats.adapters.superset.assets import SupersetAssets
from mbats.stack.dashboards.bundle import archive, identity
from mbats.stack.dashboards.catalogue import DASHBOARDS


def test_what_was_changed_in_superset_is_told_and_brought_back(stack):
    assert brought(stack)
    wanted = identity(DASHBOARDS[0].charts[1])
    with SupersetAssets(stack.address("superset"), *stack.login("superset")) as superset:
        theirs = superset.fetch()
        edited = {path: one | {"slice_name": "edited"} for path, one in theirs.items() if one.get("uuid") == wanted}
        assert len(edited) == 1
        below = {path: one for path, one in theirs.items() if path.startswith(("databases/", "datasets/"))}
        superset.bring(archive(below | edited), {})
    drifted = dashboards(stack, "--check")
    assert (drifted.returncode, "slice_name" in drifted.stderr) == (1, True)
    assert brought(stack)


def brought(stack):
    """Bring our dashboards, and tell whether Superset's are the same then."""
    return dashboards(stack).returncode == dashboards(stack, "--check").returncode == 0


def dashboards(stack, *options):
    return stack.run("mbats", "stack", "dashboards", *options, service="dashboards", check=False)
