import base64
import gzip

import numpy as np
import pytest

from mbats.reports import prices


def unpacked(text, count):
    """Undo the packing by its description: byte planes, zigzag, then sums of differences."""
    planes = np.frombuffer(gzip.decompress(base64.b64decode(text)), dtype=np.uint8).reshape(-1, 4, count)
    coded = sum(planes[:, byte].astype(np.uint32) << (8 * byte) for byte in range(4)).astype(np.int64)
    columns = (coded >> 1) ^ -(coded & 1)
    time, close = np.cumsum(columns[0]), np.cumsum(columns[1])
    open_ = columns[2] + np.concatenate(([0], close[:-1]))
    high, low = np.maximum(open_, close) + columns[3], np.minimum(open_, close) - columns[4]
    return time, open_, high, low, close, *columns[5:]


@pytest.mark.parametrize("quotes", [True, False])
def test_bars_come_back_to_the_half_tick(bars_of, quotes):
    bars = bars_of(300, quotes=quotes)
    time, *columns = unpacked(prices.packed_bars(bars), 300)
    assert (time * 1_000_000_000 == bars.time).all()
    expected = [bars.open, bars.high, bars.low, bars.close]
    expected += [bars.ask.close - bars.bid.close] if quotes else []
    for column, price in zip(columns, expected, strict=True):
        assert column * 0.000005 == pytest.approx(price, abs=0.0000025)


def test_gathered_bars_are_the_bars_of_the_longer_stretch(bars_of):
    bars = bars_of(10)
    time, open_, high, low, close, _spread = unpacked(prices.packed_bars(bars, 4), 3)
    assert (time * 1_000_000_000).tolist() == bars.time[[0, 4, 8]].tolist()
    unit = prices.half_tick(bars)
    assert open_[1] * unit == pytest.approx(bars.open[4])
    assert close.tolist() == prices.in_half_ticks(bars, bars.close[[3, 7, 9]]).tolist()
    assert high[1] * unit == pytest.approx(bars.high[4:8].max())
    assert low[2] * unit == pytest.approx(bars.low[8:].min())


def test_as_many_bars_are_gathered_as_a_page_needs(bars_of, monkeypatch):
    market = {"EUR_USD": bars_of(600), "GBP_USD": bars_of(500, "GBP_USD")}
    assert prices.gathering(market) == 1
    monkeypatch.setattr(prices, "MOST_BARS", 400)
    assert prices.gathering(market) == 3
    assert prices.gathering({}) == 1


def test_no_bars_pack_to_nothing(bars_of):
    assert gzip.decompress(base64.b64decode(prices.packed_bars(bars_of(5).rows(0, 0)))) == b""
