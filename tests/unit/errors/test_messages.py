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
        module = import_module("mbats.errors" if path.stem == "__init__" else f"mbats.errors.{path.stem}")
        found |= {name: item for name, item in vars(module).items() if isinstance(item, type)}
    return {name: item for name, item in found.items() if issubclass(item, MbatsError)}


KINDS = kinds()


def facts_of(kind: type[MbatsError]) -> set[str]:
    fields = (field for _, field, _, _ in Formatter().parse(cleandoc(kind.__doc__ or "")) if field)
    return {field.split(".")[0].split("[")[0] for field in fields}


def raisings() -> Iterator[tuple[str, str, set[str]]]:
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                names = {keyword.arg for keyword in node.keywords}
                if None not in names:
                    yield f"{path.relative_to(SOURCE)}:{node.lineno}", node.func.id, {str(name) for name in names}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_has_a_message_of_its_own(kind: type[MbatsError]) -> None:
    assert kind.__doc__, f"{kind.__name__} needs a docstring: it is the message"
    assert kind is MbatsError or kind.__doc__ != MbatsError.__doc__


def test_every_raise_gives_the_facts_that_its_message_asks_for() -> None:
    wrong = [
        f"{place}: {name} needs {sorted(facts_of(KINDS[name]))}, is given {sorted(given)}"
        for place, name, given in raisings()
        if not facts_of(KINDS[name]) <= given
    ]
    assert not wrong, wrong


def test_survives_the_way_between_processes() -> None:
    error = MbatsError(why="the moon was full")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == "MBATS could not go on: the moon was full."
    assert again.facts == {"why": "the moon was full"}
