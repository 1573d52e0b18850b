"""The report: one HTML file that carries all it needs and loads nothing from anywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mbats.ledger.run import LIVE
from mbats.ledger.trade_reference import trade_reference
from mbats.market.reference.notice import NOTICE
from mbats.reports.cautions import Ambiguity, cautions
from mbats.reports.charts import charts
from mbats.reports.costs import cost_lines, instrument_lines
from mbats.reports.evidence import evidence_lines, sentence
from mbats.reports.file import write_file
from mbats.reports.key_figures import key_figures
from mbats.reports.monthly import years
from mbats.reports.page import environment, plotly
from mbats.reports.prices import gathering, half_tick, packed, packed_bars
from mbats.reports.provenance import run_facts, strategy_facts, strategy_names
from mbats.reports.steps import steps_chart, steps_of
from mbats.reports.stress import stress_lines
from mbats.reports.trades import COLUMNS, bar_rows, trade_columns
from mbats.reports.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mbats.ledger.run import RunResult
    from mbats.market.bars import Bars
    from mbats.reports.evidence import Evidence
    from mbats.reports.stress import StressTest


def write_report(
    result: RunResult,
    market: Mapping[str, Bars],
    path: Path,
    ambiguity: Ambiguity | None = None,
    evidence: Evidence | None = None,
    *,
    stress: Sequence[StressTest] = (),
) -> None:
    """Write the report of a run to `path`, whole or not at all.

    Parameters
    ----------
    market
        The run's bars by symbol; instruments without bars get no price chart.
    ambiguity
        How much of the result rests on the order of prices within a bar; None where nothing is known of it.
    evidence
        What the Sharpe ratio is worth; None where nobody counted the trials.
    stress
        What becomes of the run as trading gets worse; empty where nobody asked.

    Raises
    ------
    ReportNotWritten
        When the disk is full or the place cannot be written to.
    """
    write_file(path, page(result, market, ambiguity, evidence, stress=stress), str(result.info.id))


def page(
    result: RunResult,
    market: Mapping[str, Bars],
    ambiguity: Ambiguity | None = None,
    evidence: Evidence | None = None,
    *,
    stress: Sequence[StressTest] = (),
) -> str:
    """Return the report as HTML."""
    info, performance, trips = result.info, result.performance, result.trips
    size = gathering(market)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            info=info,
            live=info.simulator == LIVE,
            title=strategy_names(info),
            verdict=verdict(performance, evidence),
            generated=NOTICE if info.synthetic else "",
            cautions=cautions(result, ambiguity),
            cards=key_figures(performance, evidence),
            evidence=evidence_lines(evidence) if evidence else (),
            sentence=sentence(evidence.now) if evidence else "",
            stress=stress_lines(stress),
            steps=steps_of(info),
            years=years(result.equity),
            costs=cost_lines(performance),
            instruments=instrument_lines(trips),
            columns=[column for column in COLUMNS if column.shown],
            trades=len(trips),
            first=trade_reference(info.id, 1),
            currency=performance.currency,
            facts=run_facts(info),
            strategies=strategy_facts(info),
            start=f"{info.start.day} {info.start:%B %Y}",
            end=f"{info.end.day} {info.end:%B %Y}",
            gathered=size,
            bars={f"bars-{number}": packed_bars(bars, size) for number, bars in enumerate(market.values())},
            symbols=list(market),
            content=packed(json.dumps(_content(result, market, size), allow_nan=False).encode()),
            plotly=plotly(),
        )
    )


def _content(result: RunResult, market: Mapping[str, Bars], size: int) -> dict[str, Any]:
    trips = result.trips
    steps = {"steps-chart": steps_chart(result.info)} if steps_of(result.info) else {}
    return {
        "charts": charts(result.equity, trips, result.performance) | steps,
        "columns": [
            {"name": column.name, "label": column.label, "kind": column.kind, "shown": column.shown}
            for column in COLUMNS
        ],
        "trades": trade_columns(trips),
        "rows": bar_rows(trips, market, size),
        "prices": [_prices(number, bars, size) for number, bars in enumerate(market.values())],
        "places": {symbol: _places(bars) for symbol, bars in market.items()},
        "currency": trips.currency,
        "csv": f"trades-{str(result.info.id)[:8]}.csv",
    }


def _prices(number: int, bars: Bars, size: int) -> dict[str, Any]:
    return {
        "id": f"bars-{number}",
        "symbol": bars.instrument.symbol,
        "timeframe": str(bars.timeframe),
        "bars": -(-len(bars) // size),
        "gathered": size,
        "unit": half_tick(bars),
        "pip": float(bars.instrument.pip),
        "places": _places(bars),
        "quoted": bars.bid is not None and bars.ask is not None,
    }


def _places(bars: Bars) -> int:
    exponent = bars.instrument.tick.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
