"""Labels by name, as a person types them and as a manifest keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mbats.errors.label import (
    LabelParameterOutOfBounds,
    LabelParameterUnknown,
    MetaLabelOutOfPlace,
    PrimaryChanged,
    PrimaryMissing,
    UnknownLabel,
)
from mbats.labels.bracket import Bracket
from mbats.labels.forward import ForwardReturn, Sign
from mbats.labels.meta_label import MetaLabel
from mbats.labels.triple_barrier import TripleBarrier

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.labels.bracket import Width
    from mbats.labels.label import Label
    from mbats.labels.meta_label import Primary

_BARS = {"bars": int}
_BRACKET = {"stop": float, "target": float, "bars": int, "width": str, "period": int, "anchor": str}
_PARAMETERS: Mapping[str, Mapping[str, Callable[[Any], object]]] = {
    "forward-return": _BARS,
    "sign": _BARS,
    "triple-barrier": {**_BRACKET, "side": str},
    "meta": {"strategy": str, **_BRACKET, "code": str},
}
"""What each label can be told, and how a word becomes a value."""
_FIRST = {"forward-return": "bars", "sign": "bars", "meta": "strategy"}
"""What a word without a name means."""


def label_from(
    wanted: str | Mapping[str, Any],
    widths: Mapping[str, Width],
    primary: Callable[[str], Primary] | None = None,
) -> Label:
    """Return the label that a text or a specification means.

    Parameters
    ----------
    wanted
        ``NAME``, ``NAME:VALUE`` or ``NAME:parameter=value,...``; or what a label says of itself in `Label.spec`.
    widths
        Rules for the widths of brackets, by name; the first is the usual one. They come from above: a label knows no
        features.
    primary
        Finds the strategy of a meta-label by name; None where such a label has no place.

    Raises
    ------
    UnknownLabel, LabelParameterUnknown, LabelParameterOutOfBounds
    PrimaryMissing, PrimaryChanged, MetaLabelOutOfPlace
        A meta-label without a strategy, or one whose strategy has changed since its specification.
    """
    spec = _parsed(wanted) if isinstance(wanted, str) else dict(wanted)
    name = spec.pop("name")
    _check(name, spec)
    if name in {"forward-return", "sign"}:
        return ForwardReturn(**spec) if name == "forward-return" else Sign(**spec)
    own: dict[str, Any] = {key: spec.pop(key) for key in ("side", "strategy", "code") if key in spec}
    width = spec.pop("width", next(iter(widths)))
    if width not in widths:
        raise LabelParameterOutOfBounds(label=name, parameter="width", value=width, bounds=" or ".join(widths))
    bracket = Bracket(width, widths[width], **spec)
    return TripleBarrier(bracket, **own) if name == "triple-barrier" else _meta(bracket, own, primary)


def text_of(spec: Mapping[str, Any]) -> str:
    """Return the text that means the label of a specification.

    >>> text_of({"name": "sign", "bars": 12})
    'sign:bars=12'
    """
    told = ",".join(f"{name}={value}" for name, value in spec.items() if name not in {"name", "code"})
    return f"{spec['name']}:{told}" if told else str(spec["name"])


def _meta(bracket: Bracket, own: Mapping[str, Any], primary: Callable[[str], Primary] | None) -> MetaLabel:
    if "strategy" not in own:
        raise PrimaryMissing
    if primary is None:
        raise MetaLabelOutOfPlace(strategy=own["strategy"])
    found = primary(own["strategy"])
    if own.get("code", found.code) != found.code:
        raise PrimaryChanged(strategy=found.strategy, found=found.code[:12], expected=own["code"][:12])
    return MetaLabel(bracket, found)


def _parsed(text: str) -> dict[str, Any]:
    name, _, rest = text.partition(":")
    spec: dict[str, Any] = {"name": name}
    for word in filter(None, rest.split(",")):
        parameter, given, value = word.partition("=")
        if not given:
            parameter, value = _FIRST.get(name, word), word
        _check(name, {parameter: value})
        spec[parameter] = _value(name, parameter, value)
    return spec


def _check(name: str, parameters: Mapping[str, Any]) -> None:
    if name not in _PARAMETERS:
        raise UnknownLabel(name=name, known=", ".join(sorted(_PARAMETERS)))
    for parameter in parameters:
        if parameter not in _PARAMETERS[name]:
            known = ", ".join(_PARAMETERS[name])
            raise LabelParameterUnknown(label=name, parameter=parameter, known=known)


def _value(name: str, parameter: str, text: str) -> object:
    try:
        return _PARAMETERS[name][parameter](text)
    except ValueError:
        bounds = "a whole number" if _PARAMETERS[name][parameter] is int else "a number"
        raise LabelParameterOutOfBounds(label=name, parameter=parameter, value=text, bounds=bounds) from None
