import pytest

from mbats.bootstrap.sweep_options import Placement, SearchOptions
from mbats.errors.executor import AddressWithoutRay
from mbats.errors.sweep import NothingToDraw, SearchUnclear
from mbats.pipelines.sweep.sequential import SequentialExecutor


def test_one_search_is_named_and_draws_something():
    assert [SearchOptions().kind, SearchOptions(random=1).kind, SearchOptions(bayesian=1).kind] == [
        "grid",
        "random",
        "bayesian",
    ]
    with pytest.raises(SearchUnclear):
        SearchOptions(random=1, bayesian=1)


@pytest.mark.parametrize("wrong", [{"random": 0}, {"bayesian": 0}, {"bayesian": -3}])
def test_no_cell_at_all_is_nothing_to_draw(wrong):
    with pytest.raises(NothingToDraw, match="at least"):
        SearchOptions(**wrong)


def test_few_cells_start_no_workers_unless_asked_for():
    assert isinstance(Placement().place(few=True), SequentialExecutor)
    assert isinstance(Placement(workers=1).place(), SequentialExecutor)
    assert Placement(workers=2).place(few=True).workers == 2


def test_an_address_without_ray_is_refused():
    with pytest.raises(AddressWithoutRay, match="--executor ray"):
        Placement(ray_address="10.0.0.5:6379")
