"""Charts for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.report import EmptyChart
from mbats.market.reference.notice import NOTICE
from mbats.reports.trades import exit_reasons

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from mbats.ledger.round_trips import RoundTrips
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn, IntColumn, TimeColumn

_MUTED, _ACCENT, _GOOD, _BAD = "#6d7178", "#17466b", "#2c7a5a", "#b2443c"


def candles(bars: Bars, trips: RoundTrips) -> Figure:
    """Draw mid candles with the trades that touch them, their stops and targets, and the spread where there are quotes.

    Parameters
    ----------
    bars
        The stretch to draw, one instrument.
    trips
        Round trips of the run; those of other instruments and times are left out.

    Raises
    ------
    EmptyChart
        There are no bars.
    """
    from plotly.subplots import make_subplots

    if not len(bars):
        raise EmptyChart(symbol=bars.instrument.symbol)
    quoted = bars.bid is not None and bars.ask is not None
    figure = make_subplots(rows=2 if quoted else 1, shared_xaxes=True, row_heights=[0.84, 0.16] if quoted else None)
    _draw_bars(figure, bars)
    _draw_trips(figure, trips, touching(bars, trips))
    title = f"{bars.instrument.symbol} {bars.timeframe}" + (f"<br><sub>{NOTICE}</sub>" if bars.synthetic else "")
    figure.update_layout(
        template="plotly_white", title=title, height=560, hovermode="closest", legend={"orientation": "h"}
    )
    figure.update_xaxes(rangeslider_visible=False)
    return figure


def touching(bars: Bars, trips: RoundTrips) -> IntColumn:
    """Return the rows of the trips in the bars' instrument that were open at some moment of the bars."""
    if bars.instrument.symbol not in trips.instruments:
        return np.zeros(0, dtype=np.int64)
    own = trips.instrument == trips.instruments.index(bars.instrument.symbol)
    return np.flatnonzero(own & (trips.exit_time >= bars.time[0]) & (trips.entry_time < bars.known_at[-1]))


def _draw_bars(figure: Figure, bars: Bars) -> None:
    time, mid = _dates(bars.time), bars.mid
    figure.add_candlestick(
        x=time, open=mid.open, high=mid.high, low=mid.low, close=mid.close, name="mid price",
        increasing={"line": {"color": _MUTED, "width": 1}, "fillcolor": "white"},
        decreasing={"line": {"color": _MUTED, "width": 1}, "fillcolor": _MUTED},
    )  # fmt: skip
    if bars.bid is not None and bars.ask is not None:
        pips = (bars.ask.close - bars.bid.close) / float(bars.instrument.pip)
        line = {"color": _ACCENT, "width": 1, "shape": "hv"}
        figure.add_scatter(x=time, y=pips, name="spread, pips", line=line, fill="tozeroy", row=2, col=1)


def _draw_trips(figure: Figure, trips: RoundTrips, rows: IntColumn) -> None:
    entry, exit_ = _dates(trips.entry_time[rows]), _dates(trips.exit_time[rows])
    for name, prices, colour in (("stop", trips.stop, _BAD), ("target", trips.target, _GOOD)):
        x, y = _segments(entry, exit_, prices[rows], prices[rows])
        figure.add_scatter(x=x, y=y, mode="lines", name=name, line={"color": colour, "dash": "dot"}, hoverinfo="skip")
    x, y = _segments(entry, exit_, trips.entry_price[rows], trips.exit_price[rows])
    figure.add_scatter(x=x, y=y, mode="lines", name="held", line={"color": _ACCENT}, hoverinfo="skip")
    reasons = exit_reasons(trips)
    text = [f"#{trips.id[row]}: net {trips.net[row]:,.2f} {trips.currency}, {reasons[row]}" for row in rows]
    arrows = ["triangle-up" if side > 0 else "triangle-down" for side in trips.side[rows]]
    outcome = [_GOOD if net > 0 else _BAD for net in trips.net[rows]]
    marks = {"mode": "markers", "text": text, "hoverinfo": "text"}
    figure.add_scatter(
        x=entry,
        y=trips.entry_price[rows],
        name="entry",
        marker={"symbol": arrows, "size": 10, "color": _ACCENT},
        **marks,
    )
    figure.add_scatter(x=exit_, y=trips.exit_price[rows], name="exit", marker={"size": 8, "color": outcome}, **marks)


def _dates(times: TimeColumn) -> FloatColumn:
    return times.astype("datetime64[ns]")


def _segments(
    start: FloatColumn, end: FloatColumn, first: FloatColumn, last: FloatColumn
) -> tuple[FloatColumn, FloatColumn]:
    """Join two points a trip, with a gap after each, so that all trips are one trace."""
    gaps = np.full(len(first), np.nan)
    return np.column_stack((start, end, end)).ravel(), np.column_stack((first, last, gaps)).ravel()
