from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from mbats.errors.promotion import InvalidBound

if TYPE_CHECKING:
    from collections.abc import Iterable

OFF = "off"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a challenger is asked for on the period that nobody has touched; None: not asked.

    Attributes
    ----------
    bars
        At least so many later bars of every instrument: without them nobody is judged.
    leaks
        At most so many findings of the leak prosecutor.
    trades
        At least so many closed trades: below thirty, a mean says little.
    ic_low
        The lower end of the information coefficient's 95 % interval must be above this: its sign is no luck.
    ic
        At least so large an information coefficient: a true one too small to pay for anything does not count.
    calibration
        At most this expected calibration error; asked only of scores that are probabilities.
    deflated
        At least this probability that the true Sharpe ratio, net of costs, exceeds what the best of all trials on the
        period shows by luck.
    drawdown
        At most this fall below an earlier peak, as a share of it.
    turnover
        At most so many times the net asset value traded a year. At one basis point, 1,000 cost ten percent a year.
    lead
        The lower end of the 90 % interval of the mean daily return less the champion's must be above this; asked only
        where there is a champion.
    """

    bars: float | None = 250
    leaks: float | None = 0
    trades: float | None = 30
    ic_low: float | None = 0.0
    ic: float | None = 0.01
    calibration: float | None = 0.05
    deflated: float | None = 0.95
    drawdown: float | None = 0.2
    turnover: float | None = 1_000
    lead: float | None = 0.0

    def changed(self, texts: Iterable[str]) -> Bounds:
        """Return these bounds with some changed: ``trades=50``, ``turnover=off``.

        Raises
        ------
        mbats.errors.promotion.InvalidBound
        """
        return replace(self, **dict(map(_read, texts)))


def _read(text: str) -> tuple[str, float | None]:
    name, _, value = text.partition("=")
    if name not in (known := [field.name for field in fields(Bounds)]):
        raise InvalidBound(text=text, known=", ".join(known))
    if value == OFF:
        return name, None
    try:
        return name, float(value)
    except ValueError:
        raise InvalidBound(text=text, known=", ".join(known)) from None
