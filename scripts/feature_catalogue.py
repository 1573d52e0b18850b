"""Write the catalogue of features, from the features themselves, to stdout."""

from collections.abc import Iterator

from mbats.features.definition import Definition
from mbats.features.library import catalogue
from mbats.features.sets import SETS

HEAD = """# The catalogue of features

Made from the features' own definitions by `make docs`; edit those, not this page. What a feature is, and how to add one
of your own, is in [features](features.md).

"Bars" is how many bars a value is made of with the usual parameters: *state* means all since the anchor, going on from
a state; *research* all since the anchor without one, so no model that trades may use it. "+" means that it reads longer
bars or another instrument besides, which reach a little further back.
"""


def pages() -> Iterator[str]:
    """Yield a section a room of the catalogue, then the sets."""
    for room, definitions in catalogue().items():
        yield f"## {room.capitalize()}\n\n| feature | unit | bars | what it is |\n|---|---|---|---|\n" + "".join(
            f"| `{it.example}` | {it.unit} | {bars(it)} | {it.description} |\n" for it in definitions
        )
    rows = "".join(f"| `{name}` | {', '.join(f'`{text}`' for text in texts)} |\n" for name, texts in SETS.items())
    yield f"## Sets\n\n| set | features |\n|---|---|\n{rows}"


def bars(definition: Definition) -> str:
    """Return how far a feature with its usual parameters looks back, in words."""
    given = {name: name.upper() for name, usual in definition.defaults.items() if usual is None}
    made = definition(**given)
    if made.lookback is None:
        return "state" if made.advance else "research"
    return f"{made.lookback}{' +' if made.reach else ''}"


if __name__ == "__main__":
    print("\n".join([HEAD, *pages()]), end="")
