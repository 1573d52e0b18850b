"""Three hundred drawn cases: the kernel, our way through Backtrader and a plain script tell the same story."""

import pytest

from fuzz.subject import subject
from fuzz.trial import failure

CASES, A_TEST = 300, 10


@pytest.mark.parametrize("first", range(0, CASES, A_TEST))
def test_drawn_cases_give_the_same_bits(first):
    failures = [found for seed in range(first, first + A_TEST) if (found := failure(seed, subject(), patience=300))]
    assert not failures, "\n\n".join(map(str, failures))
