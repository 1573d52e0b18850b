from __future__ import annotations

from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mbats.errors.report import NotInRun
from mbats.execution.order import Role
from mbats.face import frames
from mbats.face.moments import nanoseconds
from mbats.ledger.trade_reference import trade_reference

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from mbats.face.moments import Moment
    from mbats.ledger.performance import Performance
    from mbats.pipelines.judged_run import JudgedRun

_MONEY = ("gross", "spread_cost", "slippage_cost", "commission", "financing", "conversion_cost", "net")


class Run:
    """A judged run, as a notebook wants it: figures, tidy frames and charts.

    Frames have one row a thing and aware UTC times; money is in account currency unless a column says otherwise.
    """

    def __init__(self, judged: JudgedRun) -> None:
        self.result = judged.result
        self.ambiguity = judged.ambiguity
        self.evidence = judged.evidence
        self._market = judged.market

    @property
    def id(self) -> str:
        """The run's id in the risk database."""
        return str(self.result.info.id)

    @property
    def performance(self) -> Performance:
        """All figures; what is undefined is None."""
        return self.result.performance

    @cached_property
    def trades(self) -> pd.DataFrame:
        """Round trips; `id` is what `mb.trade` and `mbats why` take, and `pnl` is the net result.

        `hour` and `weekday` are New York's at the entry.
        `net` is `gross` less `spread_cost`, `slippage_cost`, `commission`, `financing` and `conversion_cost`. Each of
        them is above zero when paid; `financing` alone can be below, where the venue paid the account.
        """
        trips = self.result.trips
        entered = frames.utc(trips.entry_time)
        local = entered.tz_convert("America/New_York")
        described: dict[str, Any] = {
            "id": [trade_reference(self.result.info.id, number) for number in trips.id.tolist()],
            "instrument": frames.labels(trips.instrument, trips.instruments),
            "strategy": frames.labels(trips.strategy, trips.strategies),
            "side": np.where(trips.side > 0, "long", "short"),
            "units": trips.units,
            "entry_time": entered,
            "exit_time": frames.utc(trips.exit_time),
            "hour": local.hour,
            "weekday": local.day_name(),
            "entry_price": trips.entry_price,
            "exit_price": trips.exit_price,
            "stop": trips.stop,
            "target": trips.target,
            "exit": [Role(code).name.lower() if code >= 0 else "open" for code in trips.exit_reason.tolist()],
            "bars_held": trips.bars_held,
            "mfe": trips.mfe,
            "mae": trips.mae,
        }
        money = {name: getattr(trips, name) for name in _MONEY}
        return pd.DataFrame(described | money | {"pnl": trips.net, "open": trips.open})

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Every event in the life of every order."""
        return frames.orders_frame(self.result.journal)

    @cached_property
    def fills(self) -> pd.DataFrame:
        """What was traded, with the mid price and the slippage of each fill."""
        return frames.fills_frame(self.result.journal)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """What was decided, with the strategy's own columns."""
        return frames.decisions_frame(self.result.journal)

    @cached_property
    def equity(self) -> pd.DataFrame:
        """Net asset value at liquidation prices, balance and exposure at each day's end."""
        equity = self.result.equity
        columns = {"nav": equity.nav, "balance": equity.balance, "exposure": equity.exposure}
        return pd.DataFrame(columns, index=frames.utc(equity.time).rename("time"))

    @property
    def cash(self) -> pd.Series:
        """The balance at each day's end."""
        return self.equity["balance"]

    def chart(self, symbol: str, start: Moment | None = None, end: Moment | None = None) -> Any:
        """Return a chart of `symbol` with entries, exits and brackets between two moments, as `snapshot` takes them."""
        from mbats.reports.figures import candles

        if symbol not in self._market:
            raise NotInRun(run=self.id[:8], symbol=symbol, known=", ".join(self._market))
        bars = self._market[symbol].between(nanoseconds(start, 0), nanoseconds(end, 2**63 - 1))
        return candles(bars, self.result.trips)

    def report(self, path: str | Path) -> Path:
        """Write the run's report, one HTML file that works offline, and return its path."""
        from pathlib import Path

        from mbats.reports.html import write_report

        target = Path(path)
        write_report(self.result, self._market, target, self.ambiguity, self.evidence)
        return target

    def stress(self) -> pd.DataFrame:
        """Simulate the run again with wider spreads, slippage, other sizes and delay; a row a level.

        `break_even` is the level at which net profit crosses zero. Works for strategies in files and installed ones.
        """
        from mbats.bootstrap.stressing import stress_run
        from mbats.settings import Settings

        tests = stress_run(self.result.info, Settings.from_environment())
        rows = [
            {"stress": test.name, "unit": test.unit, **asdict(point), "break_even": test.break_even}
            for test in tests
            for point in test.points
        ]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        figures = self.performance
        strategies = ", ".join(str(described["name"]) for described in self.result.info.strategies)
        return (
            f"<Run {self.id[:8]} of {strategies}: net {figures.net_profit:,.2f} {figures.currency}, "
            f"gross {figures.gross_profit:,.2f}, {figures.trades} trades, {self._sharpe()}>"
        )

    def _repr_html_(self) -> str:
        from mbats.reports.summary import summary_html

        return summary_html(self.result, self.ambiguity, self.evidence)

    def _sharpe(self) -> str:
        from mbats.reports.key_figures import sharpe_interval
        from mbats.reports.numerals import number

        plain = f"Sharpe {number(self.performance.sharpe)} {sharpe_interval(self.performance)}".rstrip()
        if self.evidence is None:
            return plain
        return f"{plain}, deflated {number(self.evidence.now.deflated)} ({self.evidence.now.trials:,} tried)"
