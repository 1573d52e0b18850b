import numpy as np
import pytest

from mbats.errors.report import EmptyChart
from mbats.market.reference.notice import NOTICE
from mbats.reports.figures import candles, touching


def names(figure):
    return [trace.name for trace in figure.data]


def test_candles_trades_brackets_and_spread_are_drawn(run_of, forty_trips, bars_of):
    figure = candles(bars_of(100), run_of(forty_trips).trips)
    assert names(figure) == ["mid price", "spread, pips", "stop", "target", "held", "entry", "exit"]
    assert figure.data[1].y[0] == pytest.approx(1.4)
    assert NOTICE not in str(figure.layout.title.text)


def test_without_quotes_there_is_no_spread(run_of, bars_of):
    assert "spread, pips" not in names(candles(bars_of(50, quotes=False), run_of().trips))


def test_only_trades_of_the_instrument_and_the_stretch_are_drawn(run_of, trip, bars_of):
    trips = run_of(
        [trip(1.0, 0, 4), trip(1.0, 8, 12), trip(1.0, 30, 40), trip(1.0, 12, 14, symbol="GBP_USD")],
        instruments=("EUR_USD", "GBP_USD"),
    ).trips
    stretch = bars_of(100).rows(10, 30)
    assert touching(stretch, trips).tolist() == [1]
    assert touching(bars_of(100, "AUD_USD"), trips).tolist() == []


def test_a_generated_market_is_said_in_the_title(run_of, bars_of):
    from dataclasses import replace

    assert NOTICE in candles(replace(bars_of(20), synthetic=True), run_of().trips).layout.title.text


def test_an_empty_window_is_an_error(run_of, bars_of):
    with pytest.raises(EmptyChart, match="EUR_USD has no bars"):
        candles(bars_of(20).rows(0, 0), run_of().trips)


def test_times_are_dates(run_of, bars_of):
    assert np.asarray(candles(bars_of(20), run_of().trips).data[0].x)[0] == np.datetime64("2016-01-04T00:00")
