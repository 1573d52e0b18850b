from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbats.errors.training import HyperparameterInvalid, UnknownHyperparameter

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Dimension:
    """A hyper-parameter: its usual value, what it may be, and where a search looks.

    Attributes
    ----------
    default
        Its type is the type of every value; None: a whole number, or none.
    low, high
        Bounds of numbers, both included.
    searched
        Ends of the range that a search draws from, both included; None: it stays as it is.
    log
        Draw its logarithm evenly.
    options
        All values of one that is chosen, not measured.
    """

    default: Any
    low: float = 0.0
    high: float = float("inf")
    searched: tuple[float, float] | None = None
    log: bool = False
    options: tuple[Any, ...] = ()

    @property
    def integer(self) -> bool:
        """Whether its values are whole numbers."""
        return self.default is None or (isinstance(self.default, int) and not isinstance(self.default, bool))

    def value(self, given: Any) -> Any:
        """Return `given`, a text as typed or a value, as a value within bounds; raises ValueError."""
        value = self._read(given) if isinstance(given, str) and not isinstance(self.default, str) else given
        if self.options:
            if value not in self.options:
                raise ValueError(f"it is one of {', '.join(map(str, self.options))}")
        elif value is not None and not self.low <= value <= self.high:
            raise ValueError(f"it lies between {self.low:g} and {self.high:g}")
        return value

    def _read(self, text: str) -> Any:
        if text.lower() == "none" and self.default is None:
            return None
        if isinstance(self.default, bool):
            if text.lower() not in _TRUTHS:
                raise ValueError("it is true or false")
            return _TRUTHS[text.lower()]
        return int(text) if self.integer else float(text)


def configured(estimator: str, space: Mapping[str, Dimension], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all hyper-parameters, with those `given` as texts or values in place of the usual ones.

    Raises
    ------
    UnknownHyperparameter, HyperparameterInvalid
    """
    values = {name: dimension.default for name, dimension in space.items()}
    for name, text in given.items():
        if name not in space:
            raise UnknownHyperparameter(estimator=estimator, name=name, known=", ".join(space) or "none")
        try:
            values[name] = space[name].value(text)
        except (ValueError, TypeError) as problem:
            raise HyperparameterInvalid(estimator=estimator, name=name, value=text, problem=problem) from None
    return values
