"""Splitters by what a person types: ``purged-k-fold:folds=5,embargo=0.01``, ``walk-forward:train=2y,step=90d``."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from mbats.errors.validation import UnknownSplitter
from mbats.models.validation.bounds import refuse
from mbats.models.validation.combinatorial_purged import CombinatorialPurged
from mbats.models.validation.purged_k_fold import PurgedKFold
from mbats.models.validation.walk_forward import WalkForward

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.models.validation.split import Splitter

SPLITTERS: Mapping[str, type[PurgedKFold | CombinatorialPurged | WalkForward]] = {
    "purged-k-fold": PurgedKFold,
    "combinatorial": CombinatorialPurged,
    "walk-forward": WalkForward,
}
_HOUR = 3_600_000_000_000
_UNITS = {"h": _HOUR, "d": 24 * _HOUR, "w": 168 * _HOUR, "m": 8_766 * _HOUR // 12, "y": 8_766 * _HOUR}


def splitter_from(told: str | Mapping[str, Any]) -> Splitter:
    """Return the splitter that a text or a `Splitter.spec` names.

    Lengths are shares of the time (``0.1``) or times: ``12h``, ``90d``, ``4w``, ``6m``, ``2y``; a year has 365.25
    days, a month a twelfth of that.

    Raises
    ------
    mbats.errors.validation.UnknownSplitter, BadSplitter
    """
    text = told if isinstance(told, str) else ""
    given = dict(told) if not isinstance(told, str) else _parsed(text)
    name = given.pop("name")
    if name not in SPLITTERS:
        raise UnknownSplitter(name=name, known=", ".join(SPLITTERS))
    known = [field.name for field in fields(SPLITTERS[name])]
    if unknown := sorted(set(given) - set(known)):
        raise refuse(f"it has no {unknown[0]}; it has {', '.join(known)}", text or name)
    return SPLITTERS[name](**given)


def _parsed(text: str) -> dict[str, Any]:
    name, _, rest = text.partition(":")
    if name not in SPLITTERS:
        raise UnknownSplitter(name=name, known=", ".join(SPLITTERS))
    pairs = [item.partition("=") for item in rest.split(",") if item]
    return {"name": name} | {key.strip(): _value(key.strip(), value.strip(), text) for key, _, value in pairs}


def _value(key: str, value: str, text: str) -> Any:
    if key == "anchored" and value in {"true", "false"}:
        return value == "true"
    if key in {"folds", "groups", "tested"} and value.isdecimal():
        return int(value)
    if key in {"embargo", "train", "step"}:
        if found := re.fullmatch(r"(\d{1,6})([hdwmy])", value):
            return int(found[1]) * _UNITS[found[2]]
        if re.fullmatch(r"0?\.\d+|0|\d{10,19}", value):
            return int(value) if value.isdecimal() else float(value)
    raise refuse(f"{key}={value} means nothing", text)
