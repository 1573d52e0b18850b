"""Average uniqueness against examples that others worked and printed."""

import numpy as np
import pytest

from mbats.labels.uniqueness import average_uniqueness, concurrency, weights


@pytest.mark.parametrize(
    ("drawn", "printed"),
    [
        ([1], (5 / 14, 3 / 14, 6 / 14)),
        ([1, 2], (5 / 11, 3 / 11, 3 / 11)),
        ([1, 2, 0], (0.32653061, 0.30612245, 0.36734694)),
    ],
)
def test_the_numerical_example_of_the_sequential_bootstrap(drawn, printed) -> None:
    """Lopez de Prado, "Advances in Financial Machine Learning" (2018), 4.5.3; the third row: mlfinlab's documentation,
    "Sequential Bootstrapping", which goes one draw further.

    Three labels, made of the returns r(0,3), r(2,4) and r(4,6). What each would have of its own beside those drawn
    before, as a share of the sum of the three, is the probability that it is drawn next.
    """
    start, end = np.array([0, 2, 4]), np.array([3, 4, 6])
    known_at = np.arange(7)  # prices 0 to 6: r(i,j) is made of what was known after i and not after j
    own = [weights(start[[*drawn, label]], end[[*drawn, label]], known_at)[-1] for label in range(3)]
    assert own / np.sum(own) == pytest.approx(printed, abs=1e-8)


def test_eight_labels_of_three_bars() -> None:
    """mlfinlab's test_sampling: labels that begin at these bars and end two later, both included."""
    first = np.array([1, 2, 5, 7, 10, 11, 12, 20])
    counts = concurrency(first, first + 2, 169)[1:23]
    assert np.bincount(counts).tolist() == [5, 11, 5, 1]
    found = average_uniqueness(first, first + 2, 169)
    assert found[[0, 2, 5, 7]] == pytest.approx([0.66, 0.83, 0.44, 1.0], abs=1e-2)
