"""The report as a reader opens it: from a file, without a network, in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from mbats.execution.costs import OANDA_US
from mbats.execution.order import Role
from mbats.ledger.journal import Event, JournalWriter, Kind
from mbats.ledger.judgement import judge
from mbats.ledger.run import RunInfo
from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.conversion import Conversion
from mbats.market.instrument import AssetClass, Instrument
from mbats.market.timeframe import Timeframe
from mbats.reports.html import write_report

HOUR = 3_600_000_000_000
START = int(datetime(2016, 1, 3, 22, tzinfo=UTC).timestamp()) * 1_000_000_000
BARS, TRADES = 20_000, 400
CHART = "document.getElementById('price-chart')"
DRAWN = "[...document.querySelectorAll('.chart')].map(c => [c.id, c.querySelector('.main-svg') !== null])"
CANDLES = """(() => {
    const [c] = document.getElementById('price-chart').data;
    return [c.x, c.open, c.high, c.low, c.close].map(values => [...values]);
})()"""
NETS = """[...document.querySelectorAll('#trade-table tbody tr')]
    .map(row => row.lastElementChild.textContent.replace('−', '-').replaceAll(',', ''))"""
KINDS = """[...new Set([...document.querySelectorAll('#trade-table tbody tr')]
    .map(row => row.cells[1].textContent + ' ' + row.cells[2].textContent))]"""
CSV = """unpackText('content').then(text => {
    const page = JSON.parse(text);
    page.trades.strategy[0] = '=1+1';
    return csv(page, page.trades.id.map((_, row) => row));
})"""
HOSTILE = "<script>document.title = 'taken'</script>"


def market(symbol: str, level: float) -> Bars:
    rows = np.arange(BARS)
    close = np.round(level * (1 + 0.02 * np.sin(rows / 900) + 0.002 * np.sin(rows / 7)), 5)
    open_ = np.append(level, close[:-1])
    mid = Quotes(open_, np.maximum(open_, close) + 0.0003, np.minimum(open_, close) - 0.0003, close)
    bid, ask = (
        Quotes(*(column + shift for column in (mid.open, mid.high, mid.low, mid.close))) for shift in (-7e-5, 7e-5)
    )
    time = START + rows * HOUR
    base, quote = symbol.split("_")
    instrument = Instrument(symbol, AssetClass.FX, base, quote, Decimal("0.0001"), Decimal("0.00001"))
    return Bars(
        instrument, Timeframe("H1"), time, time + HOUR, mid, np.zeros(BARS), bid, ask, "made by hand", synthetic=True
    )


def journal_of(markets: dict[str, Bars]):
    """Buy and sell in turn, each trade ten bars long, each instrument in its own hours."""
    writer = JournalWriter(tuple(markets), (HOSTILE,), ("USD",))
    for trade in range(TRADES):
        code, side = trade % len(markets), 1 if trade % 3 else -1
        bars = list(markets.values())[code]
        first = 50 + trade * (BARS - 100) // TRADES
        entry, leave = bars.open[first] + side * 7e-5, bars.open[first + 10] - side * 7e-5
        common = {"instrument": code, "strategy": 0, "currency": 0, "rate": 1.0}
        protection = {"stop": entry - side * 0.002, "target": entry + side * 0.004}
        number, units = 2 * trade + 1, 10_000.0 * side
        writer.append(Event(int(bars.time[first]), Kind.ORDER, order=number, units=units, **protection, **common))
        writer.append(
            Event(
                int(bars.time[first]), Kind.FILL, order=number, units=units, price=entry, mid=bars.open[first], **common
            )
        )
        pnl, role = units * (leave - entry), Role.TAKE_PROFIT if trade % 2 else Role.STOP_LOSS
        facts = {"order": number + 1, "parent": number, "role": role, "units": -units, "price": leave, "pnl": pnl}
        writer.append(Event(int(bars.time[first + 10]), Kind.FILL, mid=bars.open[first + 10], **facts, **common))
    return writer.journal()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report of two instruments and four hundred trades, judged by the real ledger."""
    markets = {"EUR_USD": market("EUR_USD", 1.1), "GBP_USD": market("GBP_USD", 1.4)}
    account = Account("USD", Decimal(100_000))
    start, end = (datetime.fromtimestamp(time / 1e9, tz=UTC) for time in (START, START + BARS * HOUR))
    share = {
        "name": HOSTILE,
        "code": "a1",
        "parameters": {"rsi_period": 30},
        "instruments": list(markets),
        "sizing": {},
    }
    info = RunInfo(
        id=UUID(int=7), started_at=end, simulator="by hand", fills="venue", costs={"name": "oanda-us"},
        account={"currency": "USD", "cash": "100000"}, strategies=(share,), instruments=tuple(markets), timeframe="H1",
        start=start, end=end, snapshot="s", commit="c", synthetic=True,
    )  # fmt: skip
    result = judge(info, journal_of(markets), markets, Conversion("USD", markets), account, OANDA_US)
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(result, markets, path)
    return path


@pytest.fixture
def opened(page, report):
    return page.open(report)


def test_every_chart_is_drawn_without_an_error_or_a_request(opened, report):
    assert opened.ask("document.documentElement.dataset.drawn") == "yes"
    assert (
        opened.ask("[...document.querySelectorAll('.chart')].filter(c => !c.querySelector('.main-svg')).map(c => c.id)")
        == []
    )
    assert opened.errors == []
    assert [address for address in opened.requests if not address.startswith(("data:", "blob:"))] == [report.as_uri()]


def test_a_hostile_name_is_shown_and_not_run(opened):
    assert opened.ask("document.querySelector('h1').textContent") == HOSTILE
    assert opened.ask("document.title") != "taken"


def zoom(opened, first, last):
    chosen = f"{{'xaxis.range[0]': {first}, 'xaxis.range[1]': {last}}}"
    opened.ask(f"Plotly.relayout('price-chart', {chosen}).then(() => 0)")
    opened.until(f"{CHART}.dataset.size === '1'")


def test_zooming_out_gathers_bars_and_zooming_in_shows_each(opened):
    opened.ask("document.querySelector('[data-move=all]').click()")
    opened.until(f"{CHART}.dataset.size === '64'")
    assert int(opened.ask(f"{CHART}.dataset.candles")) <= 600
    assert "trades in view" in opened.ask("document.getElementById('price-caption').textContent")
    zoom(opened, 5_000, 5_400)
    assert 400 < int(opened.ask(f"{CHART}.dataset.candles")) <= 2_000
    assert int(opened.ask(f"{CHART}.dataset.trades")) > 0
    opened.ask("Plotly.relayout('price-chart', {'xaxis.autorange': true}).then(() => 0)")
    opened.until(f"{CHART}.dataset.size === '64'")


def test_candles_are_the_bars_to_the_tick(opened):
    zoom(opened, 700, 900)
    bars = market("EUR_USD", 1.1)
    rows, *columns = (np.array(values) for values in opened.ask(CANDLES))
    for values, prices in zip(columns, (bars.open, bars.high, bars.low, bars.close), strict=True):
        assert values == pytest.approx(prices[rows.astype(int)], abs=2.6e-6)


def choose(opened, control, value, event):
    opened.ask(f"document.getElementById('{control}').value = '{value}'")
    opened.ask(f"document.getElementById('{control}').dispatchEvent(new Event('{event}'))")


def test_the_chooser_changes_the_instrument(opened):
    choose(opened, "instrument", "GBP_USD", "change")
    opened.until("document.getElementById('price-chart').data[0].open[0] > 1.3")


def test_the_trade_table_sorts_filters_and_pages(opened):
    click = "document.querySelector('#trade-table th[data-name=net] button').click()"
    opened.ask(click)
    rising = [float(text) for text in opened.ask(NETS)]
    assert len(rising) == 25
    assert rising == sorted(rising)
    opened.ask(click)
    falling = [float(text) for text in opened.ask(NETS)]
    assert falling == sorted(falling, reverse=True)
    assert falling[0] > rising[0]
    opened.ask("document.getElementById('trade-on').click()")
    assert opened.ask("document.getElementById('trade-count').textContent").startswith("26–50 of 400 trades")
    choose(opened, "trade-search", "gbp_usd short", "input")
    assert opened.ask(KINDS) == ["GBP_USD short"]


def test_a_row_shows_its_trade_in_the_price_chart(opened):
    opened.ask("document.querySelector('#trade-table tbody tr').click()")
    opened.until("document.getElementById('price-caption').textContent.startsWith('2016-01-0')")
    assert int(opened.ask("document.getElementById('price-chart').dataset.trades")) >= 1


def test_the_csv_holds_every_trade_and_cannot_be_a_formula(opened):
    text = opened.ask(CSV)
    lines = text.strip().split("\r\n")
    assert len(lines) == TRADES + 1
    assert lines[0].startswith("id,instrument,strategy,side,units,entry_time")
    assert lines[1].startswith("1,EUR_USD,'=1+1,short,10000,2016-01-")


def test_a_phone_shows_the_page_without_sideways_scrolling(page, report):
    page.open(report, 390)
    assert page.ask("document.documentElement.scrollWidth") == 390
    assert page.errors == []


def test_charts_wear_the_colours_of_a_dark_page(page, report):
    page.open(report, dark=True)
    ink = "getComputedStyle(document.querySelector('#equity-chart .xtick text')).fill"
    dark = page.ask(ink)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
    page.until(f"{ink} !== '{dark}'")
