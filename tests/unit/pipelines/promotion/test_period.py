import pytest

from fakes.versions import version
from fixtures.models import planted_hours
from mbats.errors.promotion import NoLaterPeriod
from mbats.pipelines.promotion.period import later, later_period, seen_until
from mbats.pipelines.retraining import new_bars


@pytest.fixture(scope="module")
def market():
    return planted_hours(days=60)


def test_the_period_begins_where_the_last_candidate_has_seen_everything(market):
    [bars] = list(market.values())[:1]
    early, late = (version(number=n, until=int(bars.known_at[row])) for n, row in ((1, 200), (2, 500)))
    period = later_period("trees", [early, late], market, 100)
    assert period.start == seen_until(late)
    cut = later(market, period)
    assert all((one.time >= period.start).all() for one in cut.values())
    assert period.bars == min(map(len, cut.values()))


def test_validation_counts_as_seen(market):
    [bars] = list(market.values())[:1]
    until = int(bars.known_at[300])
    assert seen_until(version(until=until, range=[0, until + 5])) == until + 5


def test_what_is_missing_is_told(market):
    [bars] = list(market.values())[:1]
    last = version(until=int(bars.known_at[-11]))
    with pytest.raises(NoLaterPeriod, match="90 bars are missing"):
        later_period("trees", [last], market, 100)
    with pytest.raises(NoLaterPeriod, match="1 bars are missing"):
        later_period("trees", [version(until=int(bars.known_at[-1]))], market, 0)


def test_half_of_the_new_bars_judge_but_never_fewer_than_are_needed(market):
    [(symbol, bars)] = list(market.items())[:1]
    alone = {symbol: bars}
    trained = version(until=int(bars.known_at[-401]))
    assert new_bars(trained, alone, 100).cut == bars.time[-200]
    assert new_bars(trained, alone, 300).cut == bars.time[-300]
    few = new_bars(trained, alone, 400)
    assert (few.count, few.missing) == (400, 1)
    assert new_bars(trained, alone, 399).missing == 0
