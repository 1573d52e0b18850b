import pytest

from mbats.bootstrap.sweep_options import SearchOptions
from mbats.errors.sweep import NothingToDraw, SearchUnclear


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
