"""Labels by name, as a person types them and as a manifest keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mbats.errors.label import LabelParameterOutOfBounds, LabelParameterUnknown, UnknownLabel
from mbats.labels.forward import ForwardReturn, Sign

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.labels.label import Label

_BARS = {"bars": int}
_PARAMETERS: Mapping[str, Mapping[str, Callable[[str], object]]] = {"forward-return": _BARS, "sign": _BARS}
"""What each label can be told, and how a word becomes a value."""


def label_from(wanted: str | Mapping[str, Any]) -> Label:
    """Return the label that a text or a specification means.

    Parameters
    ----------
    wanted
        ``NAME``, ``NAME:BARS`` or ``NAME:parameter=value,...``; or what a label says of itself in `Label.spec`.

    Raises
    ------
    UnknownLabel, LabelParameterUnknown, LabelParameterOutOfBounds

    Examples
    --------
    >>> label_from("sign:12").spec
    {'name': 'sign', 'bars': 12}
    """
    spec = _parsed(wanted) if isinstance(wanted, str) else dict(wanted)
    name = spec.pop("name")
    _check(name, spec)
    return ForwardReturn(**spec) if name == "forward-return" else Sign(**spec)


def text_of(spec: Mapping[str, Any]) -> str:
    """Return the text that means the label of a specification.

    >>> text_of({"name": "sign", "bars": 12})
    'sign:bars=12'
    """
    told = ",".join(f"{name}={value}" for name, value in spec.items() if name != "name")
    return f"{spec['name']}:{told}" if told else str(spec["name"])


def _parsed(text: str) -> dict[str, Any]:
    name, _, rest = text.partition(":")
    spec: dict[str, Any] = {"name": name}
    for word in filter(None, rest.split(",")):
        parameter, given, value = word.rpartition("=")
        parameter = parameter if given else "bars"
        _check(name, {parameter: value})
        spec[parameter] = _value(name, parameter, value)
    return spec


def _check(name: str, parameters: Mapping[str, Any]) -> None:
    if name not in _PARAMETERS:
        raise UnknownLabel(name=name, known=", ".join(sorted(_PARAMETERS)))
    for parameter in parameters:
        if parameter not in _PARAMETERS[name]:
            known = ", ".join(_PARAMETERS[name])
            raise LabelParameterUnknown(label=name, parameter=parameter, known=known, example=f"{name}:bars=24")


def _value(name: str, parameter: str, text: str) -> object:
    try:
        return _PARAMETERS[name][parameter](text)
    except ValueError:
        bounds = "a whole number" if _PARAMETERS[name][parameter] is int else "a number"
        raise LabelParameterOutOfBounds(label=name, parameter=parameter, value=text, bounds=bounds) from None
