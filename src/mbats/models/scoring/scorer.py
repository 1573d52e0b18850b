from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


class Scorer(Protocol):
    """Scores bars as a model would have done at each bar's close."""

    @property
    def reference(self) -> str:
        """What a person calls it: ``name/number``."""
        ...

    @property
    def id(self) -> str:
        """What pins it: the version's id."""
        ...

    @property
    def kind(self) -> str:
        """``class``: scores are probabilities of the upper class; ``number``: expected numbers."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the features that it reads."""
        ...

    @property
    def reads(self) -> tuple[str, ...]:
        """Symbols of other instruments, and ``series:NAME``, that its features need."""
        ...

    def score(self, view: View) -> FloatColumn:
        """Return one score a bar of `view.bars`, shape (n,).

        Row t is made of what was known at ``view.bars.known_at[t]``, by the fit in use at that moment; NaN where no fit
        may be used, or a bar was in its training, or a feature is missing that it cannot do without.
        """
        ...
