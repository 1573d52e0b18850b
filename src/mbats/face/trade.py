from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.pipelines.passport.passport import Passport


class Trade:
    """A trade by the name that frames and tables show: ``run.trades.id``, or what `mbats why` takes."""

    def __init__(self, reference: str) -> None:
        self.reference = reference

    def why(self, *, replay: bool = False) -> Why:
        """Return why it was made; with `replay`, also whether it is decided once more bit for bit as it was.

        Raises
        ------
        mbats.errors.passport.TradeNotNamed, UnknownTrade, RunBarsGone, NothingToReplay
        """
        from mbats.bootstrap.passport import why
        from mbats.settings import Settings

        return Why(why(self.reference, Settings.from_environment(), replay=replay))

    def __repr__(self) -> str:
        return f"<Trade {self.reference}>"


class Why:
    """Why a trade was made: `decision`, `model`, `events`, `transactions` and whence all of it comes."""

    def __init__(self, passport: Passport) -> None:
        self.passport = passport

    @property
    def decision(self) -> dict[str, float]:
        """What the strategy saw and a model said when it decided to open the trade, bit for bit."""
        return dict(self.passport.decisions[0].values) if self.passport.decisions else {}

    @property
    def events(self) -> Any:
        """Every event in the life of the trade's orders, as a frame."""
        import pandas as pd

        return pd.DataFrame(list(self.passport.events))

    @property
    def transactions(self) -> Any:
        """What the venue's log says of it, as a frame; empty for a backtest."""
        import pandas as pd

        return pd.DataFrame(list(self.passport.transactions))

    @property
    def same(self) -> bool | None:
        """Whether it was decided once more bit for bit as it was; None: nobody asked."""
        return None if self.passport.replay is None else self.passport.replay.same

    def __repr__(self) -> str:
        from mbats.pipelines.passport.words import NO_MODEL, configuration, headline, model_facts

        found = self.passport
        model = _lines(model_facts(found.model)) if found.model else NO_MODEL
        replay = "" if self.same is None else f"\nOnce more: {'the same bits' if self.same else 'not the same'}."
        decided = _lines(self.decision) or "The strategy tells no decisions of its own."
        return f"{headline(found)}\n\n{decided}\n\n{model}\n\n{_lines(configuration(found))}{replay}"


def trade(reference: str) -> Trade:
    """Return the trade that frames call so: ``mb.trade(run.trades.id.iloc[17]).why()``."""
    return Trade(reference)


def _lines(facts: Mapping[str, Any]) -> str:
    from mbats.pipelines.passport.words import exact

    width = max(map(len, facts), default=0)
    return "\n".join(f"{name:{width}}  {exact(value)}" for name, value in facts.items())
