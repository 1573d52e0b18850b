import json
import math
from decimal import Decimal

from mbats.execution.broker import Cancel, Kind, Protect, Submit, TradePart, Transaction
from mbats.execution.order import OrderType, Reason, Role
from mbats.live.decision import Decision
from mbats.live.plain import plain, restored


def _there_and_back(value):
    return restored(type(value), json.loads(json.dumps(plain(value), allow_nan=False)))


def test_decisions_keep_every_bit():
    submit = Submit("", "EUR_USD", Decimal("-1E+3"), OrderType.STOP, Role.REVERSAL, Decimal("1.10000"), valid_until=7)
    protect = Protect("", "EUR_USD", 17, stop=Decimal("1.09"))
    one = Decision(
        "EUR_USD:1",
        "EUR_USD",
        2,
        1,
        close=0.1 + 0.2,
        position=Decimal("0.1"),
        orders=(Cancel("", "EUR_USD", 3), protect, submit),
        blocked=Reason.SIZE_BELOW_LOT,
        stop=1.5,
        extras={"zero": -0.0, "rsi": math.nan, "top": math.inf, "bottom": -math.inf},
    )
    again = _there_and_back(one)
    assert again.orders == one.orders
    assert math.copysign(1, again.extras["zero"]) == -1
    assert (again.close, again.position, again.blocked) == (one.close, one.position, one.blocked)
    assert math.isnan(again.target)
    assert math.isnan(again.extras["rsi"])
    assert (again.extras["top"], again.extras["bottom"]) == (math.inf, -math.inf)


def test_transactions_keep_the_venues_own_words():
    raw = {"id": "7", "price": "1.10000", "nested": [{"units": "1"}], "none": None}
    parts = (TradePart(3, Decimal(5), Decimal("-0.0100"), client_id="mb"),)
    one = Transaction(7, 9, Kind.FILL, raw, price=Decimal("1.10000"), closed=parts, why=Reason.EXPIRED, gain_rate=None)
    assert _there_and_back(one) == one
    assert str(_there_and_back(one).price) == "1.10000"


def test_what_older_code_did_not_write_is_as_it_always_was():
    assert restored(Submit, {"client_id": "a", "instrument": "b", "units": "1", "later": 5}).type is OrderType.MARKET
