import numpy as np
import pytest

from mbats.labels.uniqueness import attributed_returns, average_uniqueness, concurrency, spans, weights


def brute_force(first, last, length):
    matrix = np.zeros((length, len(first)))
    for label, (begin, end) in enumerate(zip(first, last, strict=True)):
        matrix[begin : end + 1, label] = 1
    return matrix


def random_spans(seed, count=40, length=60):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, length, count)
    return first, np.minimum(length - 1, first + rng.integers(0, 9, count)), length


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_mean_share_of_the_indicator_matrix(seed) -> None:
    first, last, length = random_spans(seed)
    matrix = brute_force(first, last, length)
    count = matrix.sum(axis=1)
    share = matrix / np.maximum(count, 1)[:, None]
    assert concurrency(first, last, length).tolist() == count.tolist()
    assert average_uniqueness(first, last, length) == pytest.approx(share.sum(axis=0) / matrix.sum(axis=0))
    returns = np.random.default_rng(seed).normal(size=length)
    assert attributed_returns(first, last, returns) == pytest.approx(np.abs((share * returns[:, None]).sum(axis=0)))


def test_a_label_is_made_of_the_bars_known_after_its_start_and_not_after_its_end() -> None:
    known_at = np.array([10, 20, 30, 70, 80])
    first, last = spans(np.array([10, 30]), np.array([30, 80]), known_at)
    assert (first.tolist(), last.tolist()) == ([1, 3], [2, 4])
    assert weights(np.array([10, 30]), np.array([30, 80]), known_at).tolist() == [1.0, 1.0]  # back to back


def test_labels_of_every_bar_share_each_return_equally() -> None:
    known_at = np.arange(100)
    found = weights(known_at[:-4], known_at[4:], known_at)
    assert found[10:80].tolist() == pytest.approx([0.25] * 70)
    assert found[0] > found[1] > found[2] > found[3]  # the first have fewer beside them
