"""An error's docstring is its message, so template and call must agree, and each must say more than a name."""

import ast
import pickle
from collections.abc import Iterator
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from string import Formatter

import pytest

from mbats.errors import MbatsError

SOURCE = Path(__file__).resolve().parents[3] / "src" / "mbats"


def kinds() -> dict[str, type[MbatsError]]:
    found = {}
    for path in sorted((SOURCE / "errors").glob("*.py")):
        name = "mbats.errors" if path.stem == "__init__" else f"mbats.errors.{path.stem}"
        found |= {f"{name}.{kind.__name__}": kind for kind in errors_in(vars(import_module(name)))}
    return found


def errors_in(names: dict[str, object]) -> list[type[MbatsError]]:
    return [item for item in names.values() if isinstance(item, type) and issubclass(item, MbatsError)]


KINDS = kinds()


def facts_of(kind: type[MbatsError]) -> set[str]:
    fields = (field for _, field, _, _ in Formatter().parse(cleandoc(kind.__doc__ or "")) if field)
    return {field.split(".")[0].split("[")[0] for field in fields}


def raisings() -> Iterator[tuple[str, type[MbatsError], set[str]]]:
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text())
        known = dict(imported(tree, path))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
                names = {keyword.arg for keyword in node.keywords}
                if None not in names:
                    place = f"{path.relative_to(SOURCE)}:{node.lineno}"
                    yield place, known[node.func.id], {str(name) for name in names}


def imported(tree: ast.Module, path: Path) -> Iterator[tuple[str, type[MbatsError]]]:
    """Yield the errors that a module calls by name: two rooms may mean different errors by one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if kind := KINDS.get(f"{node.module}.{alias.name}"):
                    yield alias.asname or alias.name, kind
    if path.parent == SOURCE / "errors":
        for kind in errors_in(vars(import_module(f"mbats.errors.{path.stem}"))):
            yield kind.__name__, kind


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_has_a_message_of_its_own(kind: type[MbatsError]) -> None:
    assert kind.__doc__, f"{kind.__name__} needs a docstring: it is the message"
    assert kind is MbatsError or kind.__doc__ != MbatsError.__doc__


def test_every_raise_gives_the_facts_that_its_message_asks_for() -> None:
    wrong = [
        f"{place}: {kind.__name__} needs {sorted(facts_of(kind))}, is given {sorted(given)}"
        for place, kind, given in raisings()
        if not facts_of(kind) <= given
    ]
    assert not wrong, wrong


def test_survives_the_way_between_processes() -> None:
    error = MbatsError(why="the moon was full")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == "MBATS could not go on: the moon was full."
    assert again.facts == {"why": "the moon was full"}
