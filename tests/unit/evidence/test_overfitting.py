from itertools import combinations

import numpy as np
import pytest

from mbats.evidence.overfitting import probability_of_overfitting

DICE = np.random.default_rng(11)


def by_the_book(returns, blocks):
    """The procedure word for word: matrices joined of blocks, one choice after the other."""
    parts, overfitted, choices = np.split(returns, blocks), 0, list(combinations(range(blocks), blocks // 2))
    for chosen in choices:
        train = np.concatenate([parts[block] for block in chosen])
        test = np.concatenate([parts[block] for block in range(blocks) if block not in chosen])
        best = (train.mean(axis=0) / train.std(axis=0)).argmax()
        ratios = test.mean(axis=0) / test.std(axis=0)
        relative = (ratios < ratios[best]).sum() + 1
        share = relative / (returns.shape[1] + 1)
        overfitted += np.log(share / (1 - share)) <= 0
    return overfitted / len(choices)


@pytest.mark.parametrize(("cells", "blocks", "skill"), [(7, 6, 0.0), (20, 8, 0.1), (10, 10, 0.3)])
def test_block_sums_say_what_the_procedure_says(cells, blocks, skill):
    returns = DICE.standard_normal((blocks * 25, cells))
    returns[:, 3] += skill
    assert probability_of_overfitting(returns, blocks) == by_the_book(returns, blocks)
    assert probability_of_overfitting(returns.astype(np.float32), blocks) == by_the_book(returns, blocks)


def test_luck_is_found_out_and_skill_is_not_blamed():
    found = [probability_of_overfitting(DICE.standard_normal((500, 40)), 8) for _ in range(60)]
    assert 0.4 < np.mean(found) < 0.75
    skilled = DICE.standard_normal((1_000, 40))
    skilled[:, 5] += 0.3
    assert probability_of_overfitting(skilled) == 0.0


def test_what_was_best_by_one_lucky_stretch_is_overfitted():
    """Each cell wins in one block alone: what was best in one half is worst in the other."""
    returns = DICE.standard_normal((160, 16)) * 0.1
    for cell in range(16):
        returns[cell * 10 : cell * 10 + 10, cell] += 1.0
    assert probability_of_overfitting(returns) > 0.95


def test_a_cell_that_never_traded_is_neither_good_nor_bad():
    returns = np.zeros((320, 3))
    returns[:, 0], returns[:, 1] = DICE.standard_normal(320) + 0.5, DICE.standard_normal(320) - 0.5
    assert probability_of_overfitting(returns) == 0.0


def test_days_need_not_fill_the_blocks_evenly():
    returns = DICE.standard_normal((163, 5))
    assert 0.0 <= probability_of_overfitting(returns) <= 1.0


@pytest.mark.parametrize("shape", [(1_000, 1), (31, 10), (0, 10)])
def test_too_little_says_nothing(shape):
    assert probability_of_overfitting(np.ones(shape)) is None
