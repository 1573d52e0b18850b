from collections import Counter
from random import Random

import numpy as np
import pytest

from mbats.errors.sweep import AxisTwice, NothingToSearch, NoValidCell, StepMissing, TooManyCells
from mbats.pipelines.sweep.axis_text import axis
from mbats.pipelines.sweep.cell import CellResult
from mbats.pipelines.sweep.grid import GridSearch
from mbats.pipelines.sweep.random import RandomSearch, shuffled
from mbats.pipelines.sweep.space import Space
from mbats.strategies.samples.rsi_bracket import RsiBracket


def space(*texts, **fixed):
    return Space(RsiBracket, fixed, [axis(RsiBracket, text) for text in texts])


def everything(search, count=7):
    cells = []
    while batch := search.ask(count):
        assert len(batch) <= count
        cells += batch
    return cells


def done(cells):
    return [CellResult(cell, {}, np.empty(0)) for cell in cells]


def test_a_grid_has_every_combination_once_the_last_axis_turning_fastest():
    cells = everything(GridSearch(space("rsi_period=10:30:10", "stop_atr=0.5,1", atr_period=7)))
    found = [(cell.parameters["rsi_period"], cell.parameters["stop_atr"]) for cell in cells]
    assert found == [(10, 0.5), (10, 1.0), (20, 0.5), (20, 1.0), (30, 0.5), (30, 1.0)]
    assert [cell.number for cell in cells] == list(range(6))
    assert {cell.parameters["atr_period"] for cell in cells} == {7}
    assert set(cells[0].parameters) == set(RsiBracket.model_fields)


def test_combinations_that_the_strategy_refuses_are_left_out_and_counted():
    search = GridSearch(space("rsi_low=30,50,70", "rsi_high=40,60"))
    cells = everything(search)
    assert [(cell.number, cell.parameters["rsi_low"], cell.parameters["rsi_high"]) for cell in cells] == [
        (0, 30.0, 40.0),
        (1, 30.0, 60.0),
        (3, 50.0, 60.0),
    ]
    assert (search.skipped, search.total) == (3, 6)


def test_nothing_valid_is_an_error_that_says_why():
    with pytest.raises(NoValidCell, match="must be below"):
        space("rsi_low=70,80", "rsi_high=40,60").first()


def test_a_resumed_grid_goes_on_with_what_is_missing():
    whole = everything(GridSearch(space("rsi_period=10:40:5")))
    resumed = GridSearch(space("rsi_period=10:40:5"))
    resumed.tell(done([whole[0], whole[5], whole[2]]))
    assert [cell.number for cell in everything(resumed)] == [1, 3, 4, 6]


def test_being_told_of_its_own_cells_a_search_goes_on_all_the_same():
    for search in (GridSearch(space("rsi_period=10:40:5")), RandomSearch(space("rsi_period=10:40:5"), 7, 1)):
        numbers = []
        while batch := search.ask(2):
            numbers += [cell.number for cell in batch]
            search.tell(done(batch))
        assert sorted(numbers) == list(range(7))


def test_a_grid_beyond_the_limit_is_refused_at_once_and_names_another_way():
    with pytest.raises(TooManyCells, match="1,000,000,000 cells") as refused:
        GridSearch(space("stop_atr=0.01:10:0.01", "target_atr=0.01:10:0.01", "rsi_low=0.01:10:0.01"))
    assert "--random" in str(refused.value)
    with pytest.raises(TooManyCells):
        GridSearch(space("rsi_period=10:40:5"), limit=6)
    assert GridSearch(space("rsi_period=10:40:5"), limit=7).total == 7
    tiny = "0.0000000000000000001"
    axes = [f"{name}={tiny}:1:{tiny}" for name in ("rsi_low", "stop_atr", "target_atr")]
    with pytest.raises(TooManyCells, match=r"10\^57"):
        GridSearch(space(*axes))


def test_a_grid_needs_a_step_between_real_numbers():
    with pytest.raises(StepMissing, match=r"stop_atr=0\.5:3\.0"):
        GridSearch(space("stop_atr=0.5:3.0"))


def test_a_parameter_is_searched_or_fixed_once():
    with pytest.raises(AxisTwice, match="rsi_period=10:40:5 and rsi_period=10,20"):
        space("rsi_period=10:40:5", "rsi_period=10,20")
    with pytest.raises(AxisTwice, match="rsi_period=12"):
        space("rsi_period=10:40:5", rsi_period=12)
    with pytest.raises(NothingToSearch, match="stop_atr"):
        space()


def test_random_cells_are_valid_distinct_and_the_same_for_the_same_seed():
    wide = space("rsi_period=2:500", "stop_atr=0.5:3.0", "rsi_low=10:90")
    first, again, other = (everything(RandomSearch(wide, 50, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert [cell.number for cell in first] == list(range(50))
    assert len({tuple(cell.parameters.values()) for cell in first}) == 50
    assert all(cell.parameters["rsi_low"] < 60 for cell in first)


def test_a_resumed_random_search_draws_what_is_missing():
    wide = space("rsi_period=2:500", "stop_atr=0.5:3.0")
    whole = everything(RandomSearch(wide, 20, 3))
    resumed = RandomSearch(wide, 20, 3)
    resumed.tell(done(whole[4:9] + whole[15:]))
    assert everything(resumed) == whole[:4] + whole[9:15]


def test_random_search_of_a_small_space_ends_with_its_last_cell():
    search = RandomSearch(space("rsi_low=30,50,70", "rsi_high=40,60"), 100, 1)
    assert len(everything(search)) == 3
    assert search.skipped == 3


def test_random_search_needs_no_memory_for_a_space_beyond_all_measure():
    wide = space("stop_atr=0.5:3.0", "target_atr=0.5:3.0", "rsi_low=1:50", "rsi_high=51:99", "rsi_period=2:500")
    assert wide.size > 10**26
    assert len(everything(RandomSearch(wide, 10, 1))) == 10


def test_a_shuffle_is_a_permutation_and_every_order_is_as_likely():
    assert sorted(shuffled(100, Random(1))) == list(range(100))
    random = Random(7)
    orders = Counter(tuple(shuffled(3, random)) for _ in range(6_000))
    assert len(orders) == 6
    assert all(850 < count < 1_150 for count in orders.values())
