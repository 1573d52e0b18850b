from decimal import Decimal

import pytest

from mbats.exchange.moment import Moment
from mbats.exchange.stored_values import read, written

VALUES = {
    "price": Decimal("1.20000"),
    "tiny": Decimal("1E-7"),
    "time": Moment(1_451_858_400_000_000_001),
    "count": 3,
    "yes": True,
    "none": None,
    "text": '{"$": "1.0"}',
    "list": [Decimal("0.0"), "0.0", {"nested": Moment(0)}],
    "empty": {},
}


def test_values_come_back_with_their_types():
    back = read(written(VALUES))
    assert back == VALUES
    assert type(back["time"]) is Moment
    assert type(back["count"]) is int
    assert str(back["price"]) == "1.20000"
    assert type(back["list"][2]["nested"]) is Moment


@pytest.mark.parametrize("value", [1.5, {1: "a"}, object(), b"bytes", {"deep": [{2.0}]}])
def test_what_is_no_value_of_the_engine_is_not_written(value):
    with pytest.raises(TypeError, match="is no value of the engine"):
        written(value)
