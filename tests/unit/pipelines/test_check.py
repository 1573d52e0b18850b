"""What a check says of good, real and broken bars."""

import numpy as np
import pytest

from mbats.adapters.files.reader import FileReader
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import expected_opens, known_at
from mbats.market.catalogue import equity, fx_pair
from mbats.market.instrument import AssetClass
from mbats.market.timeframe import Alignment, Timeframe
from mbats.pipelines.check import Severity, check
from mbats.pipelines.ingest import FileForm, prepare
from mbats.secmaster.keys import BarKey

DAY = 86_400 * 10**9
START = int(np.datetime64("2024-02-25T00:00", "ns").astype(np.int64))
KEY = BarKey("EUR_USD", "acme", "H1")


def walk(time, timeframe, instrument=None, alignment=Alignment.NEW_YORK_17):
    instrument = instrument or fx_pair("EUR_USD")
    close = 1.1 * np.exp(np.cumsum(np.random.default_rng(7).normal(0, 5e-4, len(time))))
    opens = np.append(1.1, close[:-1])
    mid = Quotes(opens, np.maximum(opens, close) + 1e-4, np.minimum(opens, close) - 1e-4, close)
    known = known_at(time, timeframe, alignment, instrument.asset_class, instrument.exchange)
    bid, ask = (Quotes(*(getattr(mid, n) + d for n in ("open", "high", "low", "close"))) for d in (-5e-5, 5e-5))
    return Bars(instrument, timeframe, time, known, mid, np.zeros(len(time)), bid, ask, "acme", alignment)


@pytest.fixture
def six_weeks():
    """Hourly bars over both changes of clocks in March 2024 (10th in New York, 31st in Europe)."""
    frame = Timeframe("H1")
    return walk(expected_opens(START, START + 42 * DAY, frame), frame)


def without(bars, chosen):
    return walk(np.delete(bars.time, chosen), bars.timeframe)


def found(verdict):
    return {finding.finding: (finding.severity, finding.bars) for finding in verdict.findings}


def test_good_bars_are_ok_through_a_change_of_clocks(six_weeks):
    verdict = check(KEY, six_weeks)
    assert verdict.severity == Severity.OK
    assert verdict.gaps == ()


def test_gaps_are_listed_longest_first(six_weeks):
    verdict = check(KEY, without(six_weeks, [10, 50, 51, 52, 53, 100, 101]))
    assert found(verdict)["missing bars"] == (Severity.WARNING, 7)
    assert [gap.missing for gap in verdict.gaps] == [4, 2, 1]
    assert (verdict.gaps[0].start, verdict.gaps[0].end) == (six_weeks.time[50], six_weeks.time[54])


def test_too_many_missing_bars_are_an_error(six_weeks):
    verdict = check(KEY, without(six_weeks, np.arange(0, len(six_weeks), 4)))
    assert found(verdict)["missing bars"][0] == Severity.ERROR


def test_a_gap_of_weeks_is_an_error(six_weeks):
    hole = np.flatnonzero((six_weeks.time >= START + 7 * DAY) & (six_weeks.time < START + 22 * DAY))
    verdict = check(KEY, without(six_weeks, hole))
    assert found(verdict)["long gaps"] == (Severity.ERROR, len(hole))


def test_a_wrong_time_zone_is_an_error(six_weeks):
    verdict = check(KEY, walk(six_weeks.time + 5 * 3_600 * 10**9, six_weeks.timeframe))
    assert found(verdict)["outside trading hours"][0] == Severity.ERROR


def test_the_wrong_day_is_an_error():
    """UTC days that are called New York days: the check is told the alignment."""
    frame = Timeframe("D")
    utc = expected_opens(START, START + 42 * DAY, frame, Alignment.UTC_MIDNIGHT)
    assert check(KEY, walk(utc, frame, alignment=Alignment.UTC_MIDNIGHT)).severity == Severity.OK
    assert check(KEY, walk(utc, frame)).severity == Severity.ERROR


def test_crossed_outlying_and_stale_bars_are_warnings_until_they_are_many(six_weeks):
    bars = six_weeks
    bars.ask.close[5] = bars.bid.close[5] - 1e-5
    bars.mid.high[400] *= 1.05
    for name in ("open", "high", "low", "close"):
        getattr(bars.mid, name)[500:515] = bars.mid.close[499]
    findings = found(check(KEY, bars))
    assert findings["crossed spread"] == (Severity.WARNING, 1)
    assert findings["outlier"] == (Severity.WARNING, 1)
    assert findings["stale"] == (Severity.WARNING, 15)
    bars.ask.close[:200] = bars.bid.close[:200] - 1e-5
    assert found(check(KEY, bars))["crossed spread"][0] == Severity.ERROR


def test_shares_follow_the_sessions_of_their_exchange():
    frame, acme = Timeframe("D"), equity("ACME")
    session = Alignment.EXCHANGE_SESSION
    time = expected_opens(START, START + 42 * DAY, frame, session, AssetClass.EQUITY, exchange="XNYS")
    bars = walk(time, frame, acme, session)
    # 29 March 2024 was Good Friday.
    assert np.datetime64("2024-03-29T04:00", "ns").astype(np.int64) not in time
    assert check(KEY, bars).severity == Severity.OK
    longer = walk(np.append(bars.time, START + 48 * DAY), frame, acme, session)
    assert found(check(KEY, longer))["outside trading hours"] == (Severity.ERROR, 1)


def test_no_bars_are_no_error():
    assert check(KEY, walk(np.array([], dtype=np.int64), Timeframe("H1"))).severity == Severity.OK


@pytest.mark.parametrize(
    ("name", "severity", "gaps"),
    [
        ("oanda_EUR_USD_H1", Severity.WARNING, 12),
        ("oanda_EUR_USD_D", Severity.WARNING, 3),
        ("oanda_NZD_USD_M1", Severity.WARNING, 246),
        ("fxcm_USD_JPY_M1", Severity.WARNING, 28),
        ("us_SPY_D", Severity.OK, 0),
        # Two recordings four years apart in one file.
        ("oanda_EUR_USD_M1", Severity.ERROR, 427),
    ],
)
def test_recorded_data(shared_data, name, severity, gaps):
    (batch,) = prepare([shared_data / f"{name}.parquet"], FileForm(), FileReader(), {}).batches
    verdict = check(batch.key, batch.bars)
    assert (verdict.severity, len(verdict.gaps)) == (severity, gaps)


def test_the_largest_hole_of_the_recording(shared_data):
    (batch,) = prepare([shared_data / "oanda_EUR_USD_H1.parquet"], FileForm(), FileReader(), {}).batches
    worst = check(batch.key, batch.bars).gaps[0]
    assert str(np.datetime64(worst.end, "ns"))[:16] == "2016-12-16T05:00"
