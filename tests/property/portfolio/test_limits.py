from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from mbats.market.catalogue import fx_pair
from mbats.portfolio.limit_check import check
from mbats.portfolio.limits import Limits
from mbats.portfolio.standing import Held, Proposal, Standing

EUR_USD, EUR_GBP = fx_pair("EUR_USD"), fx_pair("EUR_GBP")
HOUR = 3_600_000_000_000

units = st.integers(-3_000_000, 3_000_000).map(Decimal)
nav = st.integers(-1_000, 200_000).map(Decimal)
times = st.integers(1_450_000_000, 1_470_000_000).map(lambda second: second * 1_000_000_000)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    positions = {
        "EUR_USD": Held(EUR_USD, draw(units), Decimal("1.13"), Decimal(1)),
        "EUR_GBP": Held(EUR_GBP, draw(units), Decimal("0.77"), Decimal("1.46")),
    }
    time = draw(times)
    orders = draw(st.lists(st.integers(time - 30 * HOUR, time), max_size=15))
    return Standing(time, "USD", draw(nav), draw(nav), draw(nav), positions, orders)


@st.composite
def limits(draw: st.DrawFn) -> Limits:
    number = st.integers(0, 100).map(Decimal)
    names = ("units", "notional", "exposure", "spread", "daily_loss", "drawdown", "collar", "bar_age", "quote_age")
    chosen = {name: str(draw(number)) for name in draw(st.sets(st.sampled_from(names)))}
    return Limits.read(chosen | {"hours": "08:00-16:00", "friday_entries": "12:00"})


def proposal(size: Decimal, time: int) -> Proposal:
    prices = Decimal("1.1290"), Decimal("1.1310"), Decimal(1), Decimal("1.13")
    return Proposal(EUR_USD, size, *prices, time - HOUR, HOUR, time)


@given(limits(), standings(), st.fractions(0, 1))
def test_an_order_that_only_reduces_is_never_kept_back(set_: Limits, state: Standing, share) -> None:
    open_ = state.held["EUR_USD"].units
    closing = -(open_ * share.numerator / share.denominator).to_integral_value()

    if closing:
        assert check(set_, proposal(closing, state.time), state).allowed


@given(limits(), standings(), units.filter(bool), st.fractions(0, 1).filter(bool))
def test_a_smaller_entry_meets_no_limit_that_a_larger_one_does_not(set_, state, size, share) -> None:
    smaller = (size * share.numerator / share.denominator).quantize(Decimal(1))
    large, small = (check(set_, proposal(each, state.time), state) for each in (size, smaller or size))

    assert {reading.name for reading in small.breaches} <= {reading.name for reading in large.breaches} or large.reduces
    assert not large.reduces or small.allowed


@given(limits(), standings(), units.filter(bool))
def test_every_breach_has_no_room_left(set_, state, size) -> None:
    for reading in check(set_, proposal(size, state.time), state).breaches:
        assert reading.room <= 0
