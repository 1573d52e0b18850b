"""Every command that a document shows is run as shown: one folder, one MBATS_HOME and one shell a document.

The tutorial is read after the README: it finds that folder, where what `mbats demo` does is done already.

A ``console`` block holds commands after ``$ `` (continued after ``> ``) and what they print. A command may end in
``# exits 1``. The ``python`` blocks of some documents are run, too, in order, after the commands above them; those that
no command parts share one process, as cells of a notebook do.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
README, TUTORIAL = ROOT / "README.md", ROOT / "docs" / "tutorial.md"
READ = [[README, TUTORIAL], *([page] for page in sorted((ROOT / "docs").glob("*.md")) if page != TUTORIAL)]
ONCE = re.compile(r"mbats demo\b")
WITH_PYTHON = {"README.md", "tutorial.md", "notebook.md", "features.md"}
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*(?:\n>.*)*)", re.MULTILINE)
EXITS = re.compile(r"\s*# exits (\d+)$")


class Step(NamedTuple):
    """One thing to run, and the exit code that the document promises."""

    arguments: list[str]
    code: int


def steps(document: Path) -> Iterator[Step]:
    for language, found in groupby(BLOCK.findall(document.read_text()), key=itemgetter(0)):
        blocks = [block for _, block in found]
        if language == "console":
            yield from (shell_step(command) for block in blocks for command in commands(block))
        elif document.name in WITH_PYTHON:
            yield Step([sys.executable, "-c", "".join(blocks)], 0)


def commands(block: str) -> list[str]:
    return [re.sub(r"\n> ?", "\n", command) for command in COMMAND.findall(block)]


def shell_step(command: str) -> Step:
    stated = EXITS.search(command)
    return Step(["bash", "-c", EXITS.sub("", command)], int(stated[1]) if stated else 0)


def walk(documents: list[Path]) -> list[tuple[Path, Step]]:
    """Return the steps of documents that are read one after the other, less the demos after the first."""
    told = [(document, step) for document in documents for step in steps(document)]
    demos = [number for number, (_, step) in enumerate(told) if ONCE.match(step.arguments[-1])]
    return [one for number, one in enumerate(told) if number not in demos[1:]]


@pytest.fixture
def surroundings(own_home: Path) -> dict[str, str]:
    """The environment of a person who has just installed MBATS."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MBATS_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{own.get('PATH', '')}"
    return own | {"PATH": path, "MBATS_HOME": str(own_home), "COLUMNS": "120"}


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "documents", [read for read in READ if walk(read)], ids=lambda read: " ".join(page.stem for page in read)
)
def test_commands_do_what_the_document_says(
    documents: list[Path], tmp_path: Path, surroundings: dict[str, str]
) -> None:
    for number, (document, step) in enumerate(walk(documents)):
        done = subprocess.run(
            step.arguments, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
        )
        shown = f"{document.name}, step {number}: {step.arguments[-1]}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        assert done.returncode == step.code, shown


def test_a_block_is_read_as_a_shell_session() -> None:
    block = "$ mbats data list\nEUR_USD\n$ cat > a.csv <<'END'\n> time,close\n> END\n$ mbats data check # exits 1\n"
    assert [*map(shell_step, commands(block))] == [
        Step(["bash", "-c", "mbats data list"], 0),
        Step(["bash", "-c", "cat > a.csv <<'END'\ntime,close\nEND"], 0),
        Step(["bash", "-c", "mbats data check"], 1),
    ]
