from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from mbats.errors.scoring import ModelUnbound
from mbats.features.view import View
from mbats.strategies.signal import Signals, SignalStrategy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn
    from mbats.models.scoring.scorer import Scorer


class ModelSignal(SignalStrategy):
    """A signal strategy that acts on what a registered model says of each bar.

    A subclass decides what to do with the scores:

    >>> class Mine(ModelSignal):
    ...     def act(self, bars, score):
    ...         return Signals(side=np.where(score > 0.6, 1, 0))
    """

    model: str = Field("", description="the registered model: NAME, NAME@ALIAS or NAME/NUMBER")

    _scorer: Scorer | None = None
    _others: Mapping[str, Bars] = {}

    @property
    def bound(self) -> bool:
        """Whether it has its model at hand."""
        return self._scorer is not None

    @property
    def scorer(self) -> Scorer:
        """The model that it is bound to.

        Raises
        ------
        ModelUnbound
        """
        scorer = self._scorer
        if scorer is None:
            raise ModelUnbound(strategy=self.name)
        return scorer

    def bound_to(self, scorer: Scorer) -> Self:
        """Return the same strategy, acting on the scores of `scorer`."""
        bound = self.model_copy()
        bound._scorer = scorer
        return bound

    def beside(self, bars: Callable[[str], Bars]) -> Self:
        """Return the same strategy, its model reading the `bars` of the other instruments that it was trained with."""
        if not (wanted := self.scorer.reads):
            return self
        placed = self.model_copy()
        placed._others = {symbol: bars(symbol) for symbol in wanted}
        return placed

    def decide(self, bars: Bars) -> Signals:
        """Return what `act` makes of the scores, which are shown as the column ``score``."""
        score = self.scorer.score(View(bars, self._others))
        signals = self.act(bars, score)
        return replace(signals, columns={"score": score, **signals.columns})

    @abstractmethod
    def act(self, bars: Bars, score: FloatColumn) -> Signals:
        """Return the signals of all `bars`; row t may depend on rows <= t only.

        Parameters
        ----------
        score
            Of each bar: the probability of the upper class or the expected number, NaN where the model says nothing.
        """


def beside(strategy: Any, bars: Callable[[str], Bars]) -> Any:
    """Return `strategy` with what its model reads of other instruments; any other strategy as it is."""
    return strategy.beside(bars) if isinstance(strategy, ModelSignal) else strategy
