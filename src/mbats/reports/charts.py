"""The page's charts as plotly.js specifications; a colour ``@name`` is a colour of the style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from mbats.ledger.drawdown import underwater
from mbats.market.local_time import NEW_YORK, moment
from mbats.reports.numerals import money
from mbats.reports.trades import exit_reasons, plain, trip_costs
from mbats.reports.verdict import COST_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mbats.ledger.equity import Equity
    from mbats.ledger.performance import Performance
    from mbats.ledger.round_trips import RoundTrips
    from mbats.market.columns import FloatColumn, TimeColumn

Chart = dict[str, Any]

MOST_POINTS = 4_000
_ENOUGH_DAYS = 60
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def equity_chart(equity: Equity, trips: RoundTrips) -> Chart:
    """Net asset value, the same with closed trades' costs given back, and the fall below the earlier peak."""
    time, nav, fallen = _curve(equity)
    dates = [moment(value).strftime("%Y-%m-%d %H:%M") for value in time.tolist()]
    currency = equity.currency
    return {
        "data": [
            _line(
                dates, nav + _costs_paid(trips, time), "before costs", "@muted", f"%{{y:,.0f}} {currency}", dash="dot"
            ),
            _line(dates, nav, "net", "@accent", f"%{{y:,.0f}} {currency}", width=1.8),
            _line(dates, fallen, "drawdown", "@bad", "%{y:.1%}", yaxis="y2", fill="tozeroy", showlegend=False),
        ],
        "layout": {
            "height": 430,
            "hovermode": "x unified",
            "xaxis": {"anchor": "y2", "type": "date"},
            "yaxis": {"domain": [0.32, 1], "tickformat": ",.4~s", "title": {"text": currency}},
            "yaxis2": {"domain": [0, 0.25], "tickformat": ".1~%", "rangemode": "tozero", "nticks": 4},
        },
    }


def distribution_chart(values: FloatColumn, hover: str, tickformat: str) -> Chart:
    """Histogram with losses and gains in their colours; the outermost bins hold what lies beyond them."""
    if not len(values):
        return _bars([], [], [], "")
    low, high = np.percentile(values, [0.5, 99.5])
    width = _bin_width(float(high - low) or float(abs(values).max()) or 1.0)
    edges = np.arange(np.floor(low / width), np.ceil(high / width) + 1.5) * width
    counts, edges = np.histogram(np.clip(values, edges[0], edges[-1]), bins=edges)
    centres = (edges[:-1] + edges[1:]) / 2
    chart = _bars(plain(centres), counts.tolist(), ["@good" if x > 0 else "@bad" for x in centres], hover)
    chart["layout"] |= {"bargap": 0.04, "xaxis": {"tickformat": tickformat, "nticks": 7}, "yaxis": {"nticks": 5}}
    return chart


def excursions_chart(trips: RoundTrips) -> Chart:
    """Best against worst excursion of each trade, winners apart from losers."""
    every = -(-len(trips) // MOST_POINTS) or 1
    thinned = f", one trade in {every}" if every > 1 else ""
    hover = f"went against: %{{x:,.2f}} {trips.currency}<br>went for: %{{y:,.2f}} {trips.currency}"
    won = trips.net > 0
    data = []
    for name, chosen, colour in (("won", won, "@good"), ("lost", ~won, "@bad")):
        points = {"x": plain(trips.mae_money[chosen][::every]), "y": plain(trips.mfe_money[chosen][::every])}
        look = {"mode": "markers", "marker": {"size": 4, "opacity": 0.55, "color": colour}, "hovertemplate": hover}
        data.append({"type": "scatter", "name": name, **points, **look})
    axes = {
        "xaxis": {"title": {"text": f"MAE, {trips.currency}{thinned}"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": f"MFE, {trips.currency}"}, "rangemode": "tozero"},
    }
    return {"data": data, "layout": axes | {"height": 300, "hovermode": "closest"}}


def hours_chart(trips: RoundTrips) -> Chart:
    """Net result by the hour, in New York, in which trades were entered."""
    hours = [entered.hour for entered in _in_new_york(trips.entry_time)]
    chart = _sums(hours, trips, [f"{hour:02d}" for hour in range(24)])
    chart["layout"]["xaxis"] = {"type": "category", "nticks": 12, "tickangle": 0}
    return chart


def weekdays_chart(trips: RoundTrips) -> Chart:
    """Net result by the weekday, in New York, on which trades were entered."""
    chart = _sums([entered.weekday() for entered in _in_new_york(trips.entry_time)], trips, _WEEKDAYS)
    chart["layout"]["xaxis"] = {"type": "category"}
    return chart


def exit_reasons_chart(trips: RoundTrips) -> Chart:
    """Net result by what ended the trade."""
    names, codes, counts = np.unique(exit_reasons(trips), return_inverse=True, return_counts=True)
    chart = _sums(codes, trips, [f"{name} ({count:,})" for name, count in zip(names, counts, strict=True)])
    chart["layout"] |= {"height": 300, "xaxis": {"type": "category", "tickangle": 0}}
    return chart


def cost_chart(performance: Performance) -> Chart:
    """From the gross result through each cost to the net one, in account currency."""
    costs = {name: getattr(performance, key) for key, name in COST_NAMES.items() if getattr(performance, key)}
    values = [performance.gross_profit, *(-cost for cost in costs.values()), performance.net_profit]
    bars = {
        "type": "waterfall",
        "x": ["gross", *costs, "net"],
        "y": plain(values),
        "measure": ["absolute", *["relative"] * len(costs), "total"],
        "text": [money(value, performance.currency, 0, signed=True).replace("-", "−") for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "x+text",
        "increasing": {"marker": {"color": "@good"}},
        "decreasing": {"marker": {"color": "@bad"}},
        "totals": {"marker": {"color": "@accent"}},
        "connector": {"line": {"color": "@rule", "width": 1}},
    }
    return {"data": [bars], "layout": {"height": 300, "showlegend": False, "yaxis": {"tickformat": ",.3~s"}}}


def _in_new_york(times: TimeColumn) -> list[datetime]:
    zone = ZoneInfo(NEW_YORK)
    return [moment(time).astimezone(zone) for time in times.tolist()]


def _curve(equity: Equity) -> tuple[TimeColumn, FloatColumn, FloatColumn]:
    """Return moments, net asset values and drawdowns: a row a day, or of a short run a row a bar."""
    time, nav, wealth = equity.time, equity.nav, equity.wealth
    if len(equity) < _ENOUGH_DAYS and len(equity.curve_time) and not equity.transfer.any():
        last = len(equity.curve_time) - 1
        rows = np.append(np.arange(0, last, -(-last // MOST_POINTS) or 1), last)
        time, nav = equity.curve_time[rows], equity.curve_nav[rows]
        wealth = np.append(equity.cash, nav)
    return np.append(equity.start, time), np.append(equity.cash, nav), underwater(wealth)


def _costs_paid(trips: RoundTrips, time: TimeColumn) -> FloatColumn:
    order = np.argsort(trips.exit_time, kind="stable")
    paid = np.concatenate(([0.0], np.cumsum(trip_costs(trips)[order])))
    return np.asarray(paid[np.searchsorted(trips.exit_time[order], time, side="right")], dtype=np.float64)


def _bin_width(span: float) -> float:
    rough = span / 45
    decade = 10 ** np.floor(np.log10(rough))
    return float(next(step for step in (1, 2, 2.5, 5, 10) if step * decade >= rough) * decade)


def _line(
    x: Sequence[str], y: FloatColumn, name: str, colour: str, hover: str, *, width: float = 1.2, **more: Any
) -> Chart:
    line = {"color": colour, "width": width, "dash": more.pop("dash", "solid")}
    template = f"{hover}<extra>{name}</extra>"
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": plain(y),
        "name": name,
        "line": line,
        "hovertemplate": template,
    } | more


def _sums(codes: Any, trips: RoundTrips, names: Sequence[str]) -> Chart:
    rows = np.asarray(codes, dtype=np.intp)
    sums = np.bincount(rows, weights=trips.net, minlength=len(names))
    counts = np.bincount(rows, minlength=len(names)).tolist()
    hover = f"%{{x}}: %{{y:,.2f}} {trips.currency}<br>%{{customdata:,}} trades<extra></extra>"
    chart = _bars(list(names), plain(sums), ["@good" if value > 0 else "@bad" for value in sums], hover)
    chart["data"][0]["customdata"] = counts
    chart["layout"]["yaxis"] = {"tickformat": ",.3~s", "nticks": 5}
    return chart


def _bars(x: Sequence[Any], y: Sequence[Any], colours: Sequence[str], hover: str) -> Chart:
    bars = {"type": "bar", "x": x, "y": y, "marker": {"color": colours, "line": {"width": 0}}, "hovertemplate": hover}
    return {"data": [bars], "layout": {"height": 240, "showlegend": False}}


def charts(equity: Equity, trips: RoundTrips, performance: Performance) -> dict[str, Chart]:
    """Return every chart by the id of its place on the page."""
    currency = trips.currency
    profit = f"about %{{x:,.2f}} {currency}: %{{y:,}} trades<extra></extra>"
    returns = equity.daily_returns
    daily = "about %{x:.2%}: %{y:,} days<extra></extra>"
    return {
        "equity-chart": equity_chart(equity, trips),
        "costs-chart": cost_chart(performance),
        "days-chart": distribution_chart(returns[returns != 0], daily, ".1~%"),
        "profits-chart": distribution_chart(trips.net, profit, ",.3~s"),
        "excursions-chart": excursions_chart(trips),
        "hours-chart": hours_chart(trips),
        "weekdays-chart": weekdays_chart(trips),
        "exits-chart": exit_reasons_chart(trips),
    }
