from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import console, emit, next_step, progress, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.pipelines.passport.replay import Difference
    from mbats.pipelines.passport.reproduction import Reproduction

_SHOWN = 20


@click.command()
@click.argument("version")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def reproduce(version: str, as_json: bool) -> int:
    """Train VERSION once more from its manifest and compare dataset, fits and figures; nothing is registered.

    VERSION is NAME/NUMBER, NAME@ALIAS, NAME, or the beginning of its id. On the same commit, packages and processor
    family all of it must be the same to the last bit; elsewhere figures may be 0.001 and 1 % off. Else the exit code is
    1.

    \b
    Example:
      mbats model reproduce eurusd/1
    """
    from mbats.bootstrap.reproducing import reproduce_version
    from mbats.settings import Settings

    found = reproduce_version(version, Settings.from_environment(), progress)
    if as_json:
        emit(_described(found), as_json=True)
    else:
        _show(found)
    next_step(f"mbats model list {found.reference.partition('/')[0]}")
    return 0 if found.reproduced else 1


def _described(found: Reproduction) -> dict[str, Any]:
    from mbats.pipelines.passport.reproduction import ABSOLUTE, RELATIVE

    told = {"identical": found.identical, "reproduced": found.reproduced}
    return {**asdict(found), **told, "tolerance": {"absolute": ABSOLUTE, "relative": RELATIVE}}


def _show(found: Reproduction) -> None:
    rows = [
        ["environment", "the same commit, packages and processor family" if not found.environment else "another one"],
        ["dataset", _verdict(found.dataset)],
        ["fits", _verdict(found.fits)],
        [f"{found.figures} figures", _verdict(found.metrics)],
    ]
    console().print(table(["name", "value"], rows, title=found.reference, header=False))
    differing = [*found.environment, *found.dataset, *found.fits, *found.metrics]
    if differing:
        told = [[one.name, one.was, one.now] for one in differing[:_SHOWN]]
        console().print(table(["differs", "was", "is"], [[str(cell) for cell in row] for row in told]))
    console().print(_sentence(found), highlight=False)


def _verdict(differing: Sequence[Difference]) -> str:
    return f"{len(differing)} of them differ" if differing else "identical"


def _sentence(found: Reproduction) -> str:
    from mbats.pipelines.passport.reproduction import ABSOLUTE, RELATIVE

    tolerance = f"{ABSOLUTE:g} and {RELATIVE:.0%} of each figure"
    if found.identical:
        return f"{found.reference} is reproduced to the last bit."
    if not found.environment:
        return f"{found.reference} is not reproduced, although the environment is the same: something is not pinned."
    if found.reproduced:
        return f"{found.reference} is reproduced within {tolerance}: the environment is another one."
    return f"{found.reference} is not reproduced: {len(found.beyond)} figures are farther off than {tolerance}."
