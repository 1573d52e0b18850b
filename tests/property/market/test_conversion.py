import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fakes.market import MONDAY, hourly
from mbats.market.conversion import Conversion
from mbats.market.local_time import HOUR

prices = st.lists(st.floats(0.01, 500.0), min_size=1, max_size=30)
moments = st.lists(st.integers(MONDAY, MONDAY + 40 * HOUR), min_size=1, max_size=30)


@given(prices, prices, moments)
def test_one_by_one_in_any_order_and_all_at_once_give_the_same_bits(
    euro: list[float], yen: list[float], times: list[int]
) -> None:
    conversion = Conversion("EUR", {"EUR_USD": hourly("EUR_USD", euro), "USD_JPY": hourly("USD_JPY", yen)})
    column = conversion.column("JPY", np.array(times, dtype=np.int64))
    assert column.tolist() == [conversion.rate("JPY", time) for time in times]


@given(prices, moments)
def test_there_and_back_is_one(euro: list[float], times: list[int]) -> None:
    bars = {"EUR_USD": hourly("EUR_USD", euro)}
    there, back = Conversion("USD", bars), Conversion("EUR", bars)
    for time in times:
        np.testing.assert_allclose(there.rate("EUR", time) * back.rate("USD", time), 1.0, rtol=1e-15)
