from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from mbats.errors.limits import BadLimit, UnknownLimit
from mbats.market.catalogue import fx_pair
from mbats.market.local_time import nanoseconds
from mbats.portfolio.limit_check import check, flat_due, last_reset, losses
from mbats.portfolio.limits import UNLIMITED, Limits, account_limits, session_limits
from mbats.portfolio.standing import Held, Proposal, Standing, exposures

EUR_USD, EUR_GBP, USD_JPY = (fx_pair(symbol) for symbol in ("EUR_USD", "EUR_GBP", "USD_JPY"))
HOUR, SECOND = 3_600_000_000_000, 1_000_000_000


def at(text: str) -> int:
    return nanoseconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


NOW = at("2016-06-21 10:00")


def proposal(units=1_000, *, bid="1.1299", ask="1.1301", close="1.1300", known_at=NOW, quoted_at=NOW) -> Proposal:
    prices = Decimal(bid), Decimal(ask), Decimal(1), Decimal(close)
    return Proposal(EUR_USD, Decimal(units), *prices, known_at, HOUR, quoted_at)


def standing(*, time=NOW, nav=10_000, day_nav=10_000, high_nav=10_000, held=(), orders=()) -> Standing:
    money = Decimal(nav), Decimal(day_nav), Decimal(high_nav)
    return Standing(time, "USD", *money, {item.instrument.symbol: item for item in held}, orders)


def held(units, instrument=EUR_USD, mid="1.13", rate="1") -> Held:
    return Held(instrument, Decimal(units), Decimal(mid), Decimal(rate))


def breached(limits: Limits, order: Proposal, state: Standing) -> list[str]:
    return [reading.name for reading in check(limits, order, state).breaches]


def only(**plain: str) -> Limits:
    return Limits.read(UNLIMITED.plain() | plain)


@pytest.mark.parametrize(
    ("limit", "order", "state", "level"),
    [
        ({"units": "1499"}, proposal(1_000), standing(held=[held(500)]), "1500"),
        ({"notional": "0.1129"}, proposal(1_000), standing(), "0.113"),
        ({"exposure": "0.1129"}, proposal(1_000), standing(), "0.113"),
        ({"orders_per_minute": "2"}, proposal(), standing(orders=[NOW - 61 * SECOND, NOW - SECOND, NOW]), "3"),
        ({"orders_per_day": "1"}, proposal(), standing(orders=[at("2016-06-20 20:59"), at("2016-06-20 21:00")]), "2"),
        ({"spread": "1.9"}, proposal(), standing(), "2"),
        ({"collar": "0.99"}, proposal(bid="1.1412", ask="1.1413"), standing(), "1"),
        ({"daily_loss": "2.9"}, proposal(), standing(nav=9_700), "3"),
        ({"drawdown": "4.9"}, proposal(), standing(nav=9_500, day_nav=9_500), "5"),
        ({"quote_age": "9"}, proposal(quoted_at=NOW - 10 * SECOND), standing(), "10"),
        ({"bar_age": "2.5"}, proposal(known_at=NOW - 3 * HOUR), standing(), "3"),
    ],
)
def test_each_limit_holds_an_entry_back_and_says_how_far_it_went(limit, order, state, level) -> None:
    verdict = check(only(**limit), order, state)

    assert not verdict.allowed
    (reading,) = verdict.breaches
    assert reading.name in limit
    assert round(reading.level, 2) == round(Decimal(level), 2)
    assert reading.room == reading.limit - reading.level < 0
    assert reading.name in str(reading)
    assert check(UNLIMITED, order, state).allowed


def test_the_usual_limits_let_an_ordinary_order_through_and_say_what_room_is_left() -> None:
    verdict = check(Limits(), proposal(), standing())

    assert verdict.allowed
    rooms = {reading.name: reading.room for reading in verdict.readings}
    assert rooms["units"] == 999_000
    assert rooms["spread"] == 8
    assert rooms["orders_per_day"] == 199
    assert rooms["daily_loss"] == 3


def test_exposure_counts_both_legs_of_every_pair_and_not_the_account_s_own_currency() -> None:
    state = standing(held=[held(1_000), held(-500, EUR_GBP, "0.77", "1.46"), held(2_000, USD_JPY, "104", "0.0096")])

    net = exposures(state)

    assert net["EUR"] == Decimal(1_130) - Decimal(500) * Decimal("0.77") * Decimal("1.46")
    assert net["GBP"] == Decimal(500) * Decimal("0.77") * Decimal("1.46")
    assert net["JPY"] == -Decimal(2_000) * 104 * Decimal("0.0096")
    assert {reading.unit for reading in check(Limits(), proposal(), state).readings if reading.name == "exposure"} == {
        "times NAV in EUR"
    }


def test_an_entry_that_lessens_an_exposure_beyond_the_limit_is_let_through() -> None:
    state = standing(held=[held(-5_000, EUR_GBP, "0.77", "1.46")])

    assert breached(only(exposure="0.3"), proposal(1_000), state) == []
    assert breached(only(exposure="0.3"), proposal(-1_000), state) == ["exposure"]


def test_a_weekend_does_not_age_a_bar() -> None:
    friday, sunday = at("2016-06-24 21:00"), at("2016-06-26 21:10")

    reading = next(
        reading
        for reading in check(Limits(), proposal(known_at=friday), standing(time=sunday)).readings
        if reading.name == "bar_age"
    )

    assert reading.level == Decimal(5) / 60  # the week opens at 17:05 New York
    assert not reading.breached


@pytest.mark.parametrize(
    ("hours", "moment", "open_"),
    [
        ("07:00-17:00", "2016-06-21 10:59", False),  # New York is four hours behind UTC
        ("07:00-17:00", "2016-06-21 11:00", True),
        ("07:00-17:00", "2016-06-21 20:59", True),
        ("07:00-17:00", "2016-06-21 21:00", False),
        ("20:00-04:00", "2016-06-21 06:00", True),
        ("20:00-04:00", "2016-06-21 08:00", False),
    ],
)
def test_entries_are_allowed_only_in_their_hours(hours, moment, open_) -> None:
    assert (breached(only(hours=hours), proposal(), standing(time=at(moment))) == []) is open_


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        ("2016-06-24 18:59", False),
        ("2016-06-24 19:00", True),
        ("2016-06-25 12:00", True),
        ("2016-06-26 21:05", False),
        ("2016-06-23 23:00", False),
    ],
)
def test_a_week_ends_when_its_friday_says_so(moment, late) -> None:
    limits = only(friday_entries="15:00", friday_flat="15:00")

    assert flat_due(limits, at(moment)) is late
    assert (breached(limits, proposal(), standing(time=at(moment))) != []) is late


def test_a_day_of_losses_begins_at_its_own_zone_s_time() -> None:
    assert last_reset(Limits(), at("2016-06-21 20:59")) == at("2016-06-20 21:00")
    assert last_reset(Limits(), at("2016-06-21 21:00")) == at("2016-06-21 21:00")
    assert last_reset(Limits(), at("2016-01-21 21:59")) == at("2016-01-20 22:00")
    assert last_reset(Limits.read({"reset": "09:00", "zone": "Asia/Tokyo"}), NOW) == at("2016-06-21 00:00")


def test_losses_are_told_without_an_order() -> None:
    readings = losses(Limits(), standing(nav=9_600), "account")

    assert [(reading.name, reading.breached) for reading in readings] == [("daily_loss", True), ("drawdown", False)]
    assert {reading.scope for reading in readings} == {"account"}


def test_an_account_without_worth_enters_nothing() -> None:
    names = breached(Limits(), proposal(), standing(nav=0))
    assert {"notional", "exposure", "daily_loss", "drawdown"} <= set(names)


@pytest.mark.parametrize(("units", "allowed"), [(-999, True), (-1_000, True), (-1_001, False), (1, False)])
def test_whatever_is_breached_a_position_may_be_closed_but_not_reversed(units, allowed) -> None:
    ruined = standing(nav=1, held=[held(1_000)])

    assert check(Limits(), proposal(units), ruined).allowed is allowed


def test_limits_are_read_from_the_words_they_are_written_in() -> None:
    limits = Limits.read({"daily_loss": "1.5", "hours": "07:00-16:30", "spread": "off", "friday_flat": "16:30"})

    assert (limits.daily_loss, limits.spread, limits.friday_flat) == (Decimal("1.5"), None, time(16, 30))
    assert Limits.read(limits.plain()) == limits
    assert Limits.read(UNLIMITED.plain()) == UNLIMITED


def test_a_session_s_and_its_account_s_limits_are_told_apart() -> None:
    plain = {"daily_loss": "1", "account.daily_loss": "4", "account.units": "9"}

    assert session_limits(plain) == replace(Limits(), daily_loss=Decimal(1))
    whole = account_limits(plain)
    assert (whole.daily_loss, whole.units, whole.spread) == (4, 9, None)
    assert account_limits({}).drawdown == 20


@pytest.mark.parametrize(
    "plain",
    [{"daily_loss": "-1"}, {"units": "many"}, {"spread": "NaN"}, {"hours": "9"}, {"zone": "Mars"}, {"reset": "off"}],
)
def test_a_limit_that_cannot_be_is_refused_by_name(plain) -> None:
    with pytest.raises(BadLimit, match=next(iter(plain))):
        Limits.read(plain)


def test_an_unknown_limit_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnknownLimit, match=r"(?s)no limit called 'daily_los'.*daily_loss") as refusal:
        Limits.read({"daily_los": 1})
    assert "--limit" in str(refusal.value)
