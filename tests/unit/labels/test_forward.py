import numpy as np
import pytest

from fakes.bars import bars
from mbats.errors.label import LabelParameterOutOfBounds
from mbats.execution.costs import FREE
from mbats.labels.forward import ForwardReturn, Sign


def test_a_forward_return_begins_at_the_next_open_and_ends_at_a_later_close() -> None:
    market = bars(count=6)
    labels = ForwardReturn(2).label(market, FREE)
    assert labels.value[0] == market.close[2] / market.open[1] - 1
    assert labels.value[3] == market.close[5] / market.open[4] - 1
    assert np.isnan(labels.value[4:]).all()
    assert np.array_equal(labels.value, labels.outcome, equal_nan=True)


def test_it_ends_when_its_last_bar_is_known_and_where_there_is_none_at_once() -> None:
    market = bars(count=6)
    labels = ForwardReturn(2).label(market, FREE)
    assert labels.start.tolist() == market.known_at.tolist()
    assert labels.end.tolist() == [*market.known_at[2:], *market.known_at[4:]]


def test_more_bars_than_there_are_leave_no_label() -> None:
    for count in (0, 1, 2):
        labels = ForwardReturn(2).label(bars(count=count), FREE)
        assert np.isnan(labels.value).all()
        assert (labels.end == labels.start).all()


def test_a_sign_is_up_or_not_up_and_keeps_the_return() -> None:
    market = bars(count=4)
    market.close[:] = [1.0, 1.2, 1.1, 1.3]
    market.open[:] = [1.0, 1.1, 1.1, 1.4]
    labels = Sign(1).label(market, FREE)
    assert labels.value[:3].tolist() == [1.0, -1.0, -1.0]  # up, unmoved, down
    assert np.isnan(labels.value[3])
    assert labels.outcome[0] == 1.2 / 1.1 - 1


@pytest.mark.parametrize("label", [ForwardReturn, Sign])
@pytest.mark.parametrize("count", [0, -1, 1.5, True])
def test_a_horizon_is_a_whole_number_of_bars(label, count) -> None:
    with pytest.raises(LabelParameterOutOfBounds, match="at least 1"):
        label(count)
