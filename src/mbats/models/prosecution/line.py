from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.models.prosecution.finding import Charge, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbats.models.version import Fit


def prosecute_line(fits: Sequence[Fit]) -> list[Finding]:
    """Accuse the fits of a version of deciding before their last label was known, or where another one decides."""
    return [found for number, fit in enumerate(fits) for found in _of_fit(fits, number, fit)]


def _of_fit(fits: Sequence[Fit], number: int, fit: Fit) -> Iterator[Finding]:
    subject, where = f"fit {number + 1}", "line of fits"
    if fit.usable_from < fit.trained_until:
        detail = "it may decide before the last label that it has learnt from was known"
        yield Finding(Charge.USED_TOO_EARLY, subject, where, detail, time=fit.usable_from)
    before = fits[number - 1].usable_until if number else fit.usable_from
    if before is None or before > fit.usable_from:
        detail = "it may decide while the fit before it still does, so nobody knows which one would have"
        yield Finding(Charge.USED_TOO_EARLY, subject, where, detail, time=fit.usable_from)
