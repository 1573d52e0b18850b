"""What a notebook types, on a real server."""

import numpy as np
import pandas as pd
import pytest

import mbats as mb


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


_COSTS = ("spread_cost", "slippage_cost", "commission", "financing", "conversion_cost")
