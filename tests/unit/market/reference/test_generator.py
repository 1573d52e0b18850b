from datetime import UTC, datetime
from hashlib import sha256

import numpy as np
import pytest

from mbats.adapters.ecb.fixings import load
from mbats.errors.market import CurrencyWithoutFixings, OutsideFixings, TooFine
from mbats.market import calendar
from mbats.market.bars import Bars
from mbats.market.local_time import DAY, MINUTE, nanoseconds
from mbats.market.reference.fixings import Fixings
from mbats.market.reference.generator import coverage, generate
from mbats.market.reference.notice import NOTICE
from mbats.market.timeframe import Alignment, Timeframe

M1, H1, D = Timeframe("M1"), Timeframe("H1"), Timeframe("D")


@pytest.fixture(scope="module")
def fixings() -> Fixings:
    return load()


def at(text: str) -> int:
    return nanoseconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


def pips(bars: Bars) -> np.ndarray:
    assert bars.bid is not None
    assert bars.ask is not None
    return (bars.ask.close - bars.bid.close) / float(bars.instrument.pip)


@pytest.mark.parametrize("symbol", ["EUR_USD", "USD_JPY", "GBP_JPY", "AUD_NZD"])
def test_every_fixing_is_hit_through_easter_and_both_changes_of_clocks(fixings: Fixings, symbol: str) -> None:
    start, end = at("2024-03-01"), at("2024-11-15")
    bars = generate(fixings, [symbol], M1, start, end)[symbol]
    chosen = (fixings.moments >= start) & (fixings.moments < end)
    rows = np.searchsorted(bars.time, fixings.moments[chosen] - MINUTE)
    np.testing.assert_array_equal(bars.known_at[rows], fixings.moments[chosen])
    real = fixings.mid(*symbol.split("_"))[chosen]
    assert len(real) > 170
    assert np.abs(bars.close[rows] - real).max() <= 0.51 * float(bars.instrument.tick)


def test_bars_are_where_a_venue_has_them(fixings: Fixings) -> None:
    """Weekends, the daily pause, Christmas and New Year are holes; nothing else is."""
    start, end = at("2023-12-18"), at("2024-01-08")
    bars = generate(fixings, ["EUR_USD"], M1, start, end)["EUR_USD"]
    np.testing.assert_array_equal(bars.time, calendar.expected_opens(start, end, M1))


@pytest.mark.parametrize("alignment", [Alignment.NEW_YORK_17, Alignment.UTC_MIDNIGHT])
@pytest.mark.parametrize("timeframe", ["M15", "H1", "H4", "D", "W"])
def test_longer_bars_are_made_of_minutes(fixings: Fixings, timeframe: str, alignment: Alignment) -> None:
    start, end = at("2024-03-03 22:00"), at("2024-03-24 21:00")
    minutes = generate(fixings, ["EUR_USD"], M1, start - 9 * DAY, end + 9 * DAY)["EUR_USD"]
    bars = generate(fixings, ["EUR_USD"], Timeframe(timeframe), start, end, alignment=alignment)["EUR_USD"]
    assert len(bars) >= 2
    for row in range(0, len(bars), 7):
        inside = minutes.between(int(bars.time[row]), int(bars.known_at[row]))
        assert inside.bid is not None
        assert bars.bid is not None
        assert bars.bid.open[row] == inside.bid.open[0]
        assert bars.bid.high[row] == inside.bid.high.max()
        assert bars.bid.low[row] == inside.bid.low.min()
        assert bars.bid.close[row] == inside.bid.close[-1]


def test_every_bar_is_possible(fixings: Fixings) -> None:
    for bars in generate(fixings, ["EUR_USD", "USD_JPY"], H1, at("2019-01-01"), at("2020-01-01")).values():
        assert bars.bid is not None
        assert bars.ask is not None
        for side in (bars.bid, bars.ask, bars.mid):
            assert np.all((side.low <= side.open) & (side.low <= side.close))
            assert np.all((side.high >= side.open) & (side.high >= side.close))
            assert np.all(side.low > 0)
        assert np.all(bars.ask.low > bars.bid.low)
        assert np.all(bars.ask.close > bars.bid.close)
        ticks = bars.bid.close / float(bars.instrument.tick)
        np.testing.assert_allclose(ticks, np.round(ticks), atol=1e-6)
        assert bars.synthetic
        assert bars.vendor == "reference"


def test_spreads_follow_the_new_york_hour_and_the_sunday_open(fixings: Fixings) -> None:
    bars = generate(fixings, ["EUR_USD"], M1, at("2017-01-01"), at("2018-01-01"))["EUR_USD"]
    spread, since = pips(bars), bars.time - (calendar.known_at(bars.time, D) - DAY)
    hour = since // (60 * MINUTE)
    weekday = (bars.time // DAY + 3) % 7
    quiet, roll = np.median(spread[hour == 11]), np.median(spread[hour == 0])
    sunday = np.median(spread[(weekday == 6) & (since < 15 * MINUTE)])
    assert 1.0 < np.median(spread) < 2.0  # 1.4 on the recorded EUR_USD of 2014-18
    assert 1.8 * quiet < roll < 4 * quiet
    assert 2 * roll < sunday < 5 * roll


def test_spreads_follow_volatility(fixings: Fixings) -> None:
    crisis = pips(generate(fixings, ["EUR_USD"], H1, at("2008-10-06"), at("2008-11-28"))["EUR_USD"])
    calm = pips(generate(fixings, ["EUR_USD"], H1, at("2019-07-01"), at("2019-08-23"))["EUR_USD"])
    assert np.median(crisis) > 1.3 * np.median(calm)


def test_the_end_of_the_swiss_floor_is_a_hole_for_francs_alone(fixings: Fixings) -> None:
    """1.2010 on 14 January 2015, 1.0280 on the 15th: no path between them would be honest."""
    bars = generate(fixings, ["USD_CHF", "EUR_CHF", "EUR_USD"], M1, at("2015-01-14"), at("2015-01-16"))
    first, last = at("2015-01-14 13:15"), at("2015-01-15 13:15")
    assert len(bars["USD_CHF"].between(first, last)) == len(bars["EUR_CHF"].between(first, last)) == 0
    assert len(bars["EUR_CHF"].between(last, last + DAY // 4)) == 360
    assert len(bars["EUR_USD"].between(first, last)) == 1_435


def test_a_pegged_rate_has_no_bars_while_its_legs_have(fixings: Fixings) -> None:
    bars = generate(fixings, ["EUR_CHF", "USD_CHF"], H1, at("2011-08-01"), at("2011-10-01"))
    floor = int(fixings.moments[np.searchsorted(fixings.dates, np.datetime64("2011-09-06"))])
    assert len(bars["EUR_CHF"].between(0, floor)) > 500
    assert len(bars["EUR_CHF"].between(floor, at("2011-10-01"))) == 0
    assert len(bars["USD_CHF"].between(floor, at("2011-10-01"))) > 300
    assert len(generate(fixings, ["EUR_CHF"], H1, at("2012-01-01"), at("2013-01-01"))["EUR_CHF"]) == 0


def test_no_bar_is_cut_short_by_the_last_fixing(fixings: Fixings) -> None:
    _, last = coverage(fixings)
    for timeframe in (M1, H1, D):
        bars = generate(fixings, ["EUR_USD"], timeframe, last - 5 * DAY, last)["EUR_USD"]
        assert bars.known_at[-1] <= last
        assert bars.known_at[-1] > last - 2 * timeframe.nanoseconds


def test_what_cannot_be_made_is_refused_with_its_reason(fixings: Fixings) -> None:
    first, last = coverage(fixings)
    with pytest.raises(CurrencyWithoutFixings, match="EUR_TRY"):
        generate(fixings, ["EUR_TRY"], H1, first, last)
    with pytest.raises(OutsideFixings, match="beginning"):
        generate(fixings, ["EUR_USD"], H1, first - 1, last)
    with pytest.raises(OutsideFixings, match="end"):
        generate(fixings, ["EUR_USD"], H1, first, last + 2 * DAY)
    with pytest.raises(TooFine, match="S5"):
        generate(fixings, ["EUR_USD"], Timeframe("S5"), first, last)


def test_the_same_seed_gives_the_same_bars_on_every_machine(fixings: Fixings) -> None:
    """A digest of rounded prices, to notice a NumPy that draws other numbers; not an answer from elsewhere."""
    bars = generate(fixings, ["EUR_USD", "GBP_JPY"], H1, at("2010-01-04"), at("2010-03-01"), seed=20)
    content = b"".join((table.close * 2e5).round().astype("<i8").tobytes() for table in bars.values())
    assert sha256(content).hexdigest()[:16] == "e59e0071f6e1a531"


def test_another_seed_gives_another_path_between_the_same_fixings(fixings: Fixings) -> None:
    start, end = at("2010-01-04"), at("2010-02-01")
    one, two = (generate(fixings, ["EUR_USD"], M1, start, end, seed=seed)["EUR_USD"] for seed in (20, 21))
    rows = np.searchsorted(one.time, fixings.moments[(fixings.moments > start) & (fixings.moments < end)] - MINUTE)
    assert np.abs(one.close[rows] - two.close[rows]).max() < 2e-5
    assert np.abs(one.close - two.close).max() > 1e-3


def test_the_notice_says_what_is_real() -> None:
    assert "one mid price a day is real" in NOTICE
    assert "luck or a bug" in NOTICE
