"""What a notebook types, on a real server."""

import asyncio

import numpy as np
import pandas as pd
import pytest

import mbats as mb
from mbats.bootstrap.session_letter import write_letter
from mbats.errors.data import BadMoment, NoBars
from mbats.errors.market import MissingRate, UnknownAlignment, UnknownTimeframe
from mbats.errors.report import NotInRun
from mbats.errors.simulation import NotASimulatedStrategy, UnknownFillRules
from mbats.errors.strategy import ParametersOfInstance, UnknownParameter
from mbats.settings import Settings


@pytest.fixture(scope="module")
def data(tmp_path_factory, discard):
    folder = tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MBATS_HOME", str(folder / "home"))
        yield mb.reference_market(["EUR_USD", "EUR_GBP"], "H1", "2025-01", "2025-04")
        discard(folder / "home")


@pytest.fixture(scope="module")
def run(data):
    account = mb.Account("USD", 100_000, leverage=20)
    return mb.backtest(mb.RsiBracket(), data, account, size=mb.percent_risk(0.25), costs="oanda-us")


def test_data_is_a_snapshot_with_tidy_frames(data):
    frame = data["EUR_USD"].frame
    assert isinstance(frame.index, pd.DatetimeIndex)
    assert str(frame.index.tz) == "UTC"
    assert (frame.ask_close >= frame.bid_close).all()
    assert "luck or a bug" in repr(data)
    assert mb.snapshot(data.id[:16]).id == data.id
    assert list(data) == ["EUR_USD", "EUR_GBP"]


def test_frames_of_a_run_agree_with_its_figures(run):
    closed, still_open = run.performance.trades, run.performance.open_trades
    assert len(run.trades) == closed + still_open > 50
    assert run.trades.pnl.sum() == pytest.approx(run.performance.net_profit, abs=1e-4)
    split = run.trades.gross - run.trades[[*_COSTS]].sum(axis=1)
    np.testing.assert_allclose(split, run.trades.net, atol=1e-9)
    assert set(run.trades.groupby("hour").pnl.sum().index) <= set(range(24))
    assert len(run.fills) == 2 * closed + still_open
    assert run.equity.nav.iloc[-1] == pytest.approx(100_000 + run.performance.net_profit, abs=1e-4)
    assert run.cash.iloc[-1] == pytest.approx(run.equity.balance.iloc[-1])
    assert set(run.orders.kind) >= {"order", "fill", "cancel"}
    assert {"rsi", "atr"} <= set(run.decisions.columns)


def test_a_stored_run_comes_back_bit_for_bit(run):
    again = mb.run(run.id)
    pd.testing.assert_frame_equal(again.trades, run.trades, check_exact=True)
    pd.testing.assert_frame_equal(again.equity, run.equity, check_exact=True)
    assert again.performance == run.performance


def test_it_shows_itself(run, tmp_path):
    assert "RsiBracket" in repr(run)
    assert "luck or a bug" in run._repr_html_()
    chart = run.chart("EUR_USD", "2025-02-03", "2025-02-08")
    assert len(chart.data) > 1
    assert run.report(tmp_path / "run.html").stat().st_size > 100_000


def test_a_cell_shows_costs_and_how_sure_the_result_is(run):
    shown = run._repr_html_()
    assert "From gross to net, USD" in shown
    assert "bracket exits" in shown


class Reversion(mb.SignalStrategy):
    stretch: float = 2.0

    def decide(self, bars):
        width = mb.indicators.atr(bars.high, bars.low, bars.close, 14)
        away = bars.close - mb.indicators.sma(bars.close, 20)
        far = np.abs(away) > self.stretch * width
        return mb.Signals(np.where(far, -np.sign(away), 0), stop_distance=2 * width, target_distance=2 * width)


def test_what_is_stored_is_what_ran(data):
    instance, beside = mb.backtest(Reversion(stretch=3), data), mb.backtest(Reversion, data, stretch=3)
    usual = mb.backtest(Reversion, data)
    first, second = (one.trades.drop(columns="id") for one in (instance, beside))  # an id names its run
    pd.testing.assert_frame_equal(first, second)
    assert len(usual.trades) > len(beside.trades) > 0
    stored = [mb.run(run.id).result.info.strategies[0]["parameters"] for run in (instance, beside, usual)]
    assert stored == [{"stretch": 3.0}, {"stretch": 3.0}, {"stretch": 2.0}]


def test_a_mistake_is_answered_with_the_remedy(data, run):
    refused = {
        ParametersOfInstance: (r"Reversion\(stretch=3\)", lambda: mb.backtest(Reversion(), data, stretch=3)),
        UnknownParameter: ("Did you mean stretch", lambda: mb.backtest(Reversion, data, strech=3)),
        NotASimulatedStrategy: ("42 is neither", lambda: mb.backtest(42, data)),
        UnknownFillRules: ("backtrader, venue", lambda: mb.backtest(Reversion, data, fills="bt")),
        UnknownTimeframe: ("'1h'", lambda: mb.snapshot(["EUR_USD"], "1h")),
        UnknownAlignment: ("ny17, utc, session", lambda: mb.snapshot(["EUR_USD"], alignment="london")),
        BadMoment: ("25", lambda: mb.snapshot(["EUR_USD"], "H1", 25)),
        NotInRun: ("It traded: EUR_USD, EUR_GBP", lambda: run.chart("USD_JPY")),
        NoBars: ("There are: EUR_USD, EUR_GBP", lambda: data["USD_JPY"]),
        MissingRate: ("AUD_USD", lambda: mb.backtest(Reversion, data, mb.Account("AUD", 100_000))),
    }
    for error, (message, mistake) in refused.items():
        with pytest.raises(error, match=message):
            mistake()


def test_a_range_may_be_numbers_dates_and_stamps(data):
    cut = mb.snapshot(["EUR_USD"], "H1", 2025, pd.Timestamp("2025-02-01", tz="UTC"), alignment="ny17")
    index = cut["EUR_USD"].frame.index
    assert index[0] == data["EUR_USD"].frame.index[0]
    assert index[-1] == pd.Timestamp("2025-01-31 21:00", tz="UTC")


def test_an_account_in_another_currency_gets_its_pairs(data):
    mb.reference_market(["USD_JPY", "GBP_USD"], "H1", "2025-01", "2025-04")
    yen = mb.backtest(Reversion, mb.snapshot(data.id), mb.Account("JPY", 10_000_000))
    dollars = mb.backtest(Reversion, data)
    used = mb.snapshot(yen.result.info.snapshot)
    assert set(used.symbols) == {"EUR_USD", "EUR_GBP", "USD_JPY", "GBP_USD"}
    pd.testing.assert_frame_equal(used["EUR_GBP"].frame, data["EUR_GBP"].frame)
    np.testing.assert_array_equal(yen.trades.entry_price, dollars.trades.entry_price)
    np.testing.assert_allclose(yen.trades.gross / dollars.trades.gross, 150, rtol=0.1)


_COSTS = ("spread_cost", "slippage_cost", "commission", "financing", "conversion_cost")


@pytest.fixture(scope="module")
def live(data):
    async def in_a_notebook():
        return mb.paper(mb.RsiBracket(), data, size=mb.percent_risk(0.25), since="2025-03-28")

    return asyncio.run(in_a_notebook())


def test_a_session_on_paper_is_a_run(live):
    assert live.session.condition == "stopped"
    assert len(live.trades) > 2
    assert live.performance.net_profit == pytest.approx(live.trades.pnl.sum(), abs=1e-4)
    assert {"bar", "decision", "intent", "reply", "transaction"} <= set(live.log.kind)
    assert mb.run(live.id).performance == live.performance
    assert "luck or a bug" in live._repr_html_()


def test_it_is_explained_to_the_cent(live):
    found = live.explain()
    assert abs(found.unexplained) < 0.005
    assert repr(found).splitlines()[-1].split() == ["unexplained", "0.00"]
    assert found._repr_html_().endswith("<td>unexplained</td><td>0.00</td></tr></table>")
    causes = found.frame.columns[found.frame.columns.get_loc("difference") + 1 : -1]
    np.testing.assert_allclose(found.frame[causes].sum(axis=1), found.frame.difference, atol=1e-9)
    assert found.totals["live"] == pytest.approx(live.performance.net_profit, abs=0.02)


def test_it_is_explained_beside_a_backtest_over_all_bars(live, data):
    found = live.explain(mb.backtest(mb.RsiBracket(), data, size=mb.percent_risk(0.25)))
    assert abs(found.unexplained) < 0.005
    assert found.totals["data"] != 0


def test_a_session_on_paper_keeps_up_with_a_clock(data):
    live = mb.paper(mb.RsiBracket, data, since="2025-03-31T12:00", speed=20_000, rsi_period=20)
    assert live.session.reason == "the market has ended"
    assert (live.log.kind == "decision").sum() >= 10
    assert abs(live.explain().unexplained) < 0.005


class Mailbox:
    """Implements `mbats.live.alerts.Alerts`: keeps what it is told."""

    def __init__(self):
        self.letters = []

    def tell(self, kind, text, facts):
        self.letters.append((kind, text, facts))


def test_a_day_ends_with_a_letter(live, data):
    mailbox = Mailbox()
    ends = live.equity.index
    write_letter(live.session, Settings.from_environment(), mailbox, ends[-1].value)
    [(kind, text, facts)] = mailbox.letters
    assert (kind, facts) == ("daily", {"session": live.session.terms.name})
    assert text.startswith(f"{ends[-1].tz_convert('America/New_York'):%A %d %B %Y}: ")
    assert f"net asset value {live.equity.nav.iloc[-1]:,.2f}" in text
    assert f"less costs {live.performance.costs:,.2f}" in text
    assert "unexplained 0.00" in text
    assert "inancing" in text.splitlines()[-1]
