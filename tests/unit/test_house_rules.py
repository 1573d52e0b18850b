"""Rules of the house that no linter knows. Each failure names the file and what to do instead."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = sorted((ROOT / "src").rglob("*.py"))
LONGEST_MODULE = 300
NO_NOUNS = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

WALL_CLOCK = re.compile(r"\b(datetime|date|Timestamp)\.(now|utcnow|today)\(|\btime\.time(_ns)?\(|datetime64\(.now")
# The brackets keep this file from finding itself.
OF_THIS_MACHINE = re.compile(
    r"/wo[r]k/(main|shared)|/ro[o]t/|/opt/(p[y]pi|w[h]eels)|/h[o]me/\w+/"
    r"|pyth[o]nhosted|--(extra-)?index-u[r]l|py[p]i\.org|registry\.npm[j]s"
)


def test_no_module_is_over_300_lines() -> None:
    long = {str(path): count for path in SOURCE if (count := len(path.read_text().splitlines())) > LONGEST_MODULE}
    assert not long, f"split by noun: {long}"


def test_every_room_and_module_is_named_after_a_noun_of_the_field() -> None:
    vague = [path for path in SOURCE if NO_NOUNS & {*path.parts, path.stem}]
    assert not vague, f"name what it is about: {vague}"


def test_only_the_outermost_edge_catches_everything_and_where_a_users_code_runs() -> None:
    edges = {ROOT / "src/mbats/cli/__init__.py", ROOT / "src/mbats/source.py"}
    rooms = {ROOT / "src/mbats" / room for room in ("strategies", "features", "models/estimators")}
    elsewhere = [path for path in SOURCE if path not in edges and path.parent not in rooms]
    broad = [path for path in elsewhere if re.search(r"except\s*(\(?Exception\b|:)", path.read_text())]
    assert not broad, f"catch what you can mend: {broad}"


def test_only_the_clock_knows_what_time_it_is() -> None:
    clock = ROOT / "src/mbats/clock.py"
    peeking = [path for path in SOURCE if path != clock and WALL_CLOCK.search(path.read_text())]
    assert not peeking, f"take a Clock: {peeking}"


def test_no_rule_of_the_house_has_an_exemption() -> None:
    assert "ignore_imports" not in (ROOT / ".importlinter").read_text()


def test_committed_files_tell_nothing_about_the_machine_they_were_made_on() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no checkout: nothing says which files are committed")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    telling = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and (found := OF_THIS_MACHINE.search(path.read_text(encoding="utf-8", errors="ignore"))):
            telling.append(f"{name}: {found.group()}")
    assert not telling, telling


def test_every_dependency_is_explained_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    groups = project["dependency-groups"].values()
    stated = [*project["project"]["dependencies"], *(item for group in (*extras, *groups) for item in group)]
    wanted = {re.split(r"[\[<>=~! ]", item)[0] for item in stated if isinstance(item, str)}
    explained = re.findall(r"^\| \[([^\]]+)\]", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE)
    assert sorted(explained) == sorted(wanted)
    locks = {"requirements.lock": set(wanted)}
    for group in ("audit", "peers", "oandapyv20", "v20"):
        apart = {re.split(r"[\[<>=~! ]", item)[0] for item in project["dependency-groups"][group]}
        locks |= {f"requirements-{group}.lock": apart}
        locks["requirements.lock"] -= apart
    for lock, packages in locks.items():
        assert packages <= set(re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(), re.MULTILINE)), lock


def test_links_between_documents_lead_somewhere() -> None:
    documents = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    link = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
    broken = [
        f"{document.relative_to(ROOT)} -> {target}"
        for document in documents
        for target in link.findall(document.read_text())
        if not (document.parent / target).exists()
    ]
    assert not broken, broken
