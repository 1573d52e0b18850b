from datetime import UTC, datetime

from mbats.models.registry import Alias
from mbats.pipelines.promotion.move import Cause, Move, trail


def moves(*steps):
    """Make moves of pairs, and of triples for rollbacks."""
    at = datetime(2024, 1, 1, tzinfo=UTC)
    return [
        Move("m", Alias.CHAMPION, step[0], step[1], at, "ann", Cause.ROLLBACK if len(step) > 2 else Cause.COMMAND)
        for step in steps
    ]


def test_a_trail_is_where_an_alias_has_pointed():
    assert trail(moves((None, 1), (1, 2), (2, 4)), 4) == [None, 1, 2, 4]
    assert trail([], 3) == [3]
    assert trail([], None) == [None]


def test_a_rollback_goes_one_step_back_and_the_next_one_further():
    assert trail(moves((None, 1), (1, 2), (2, 1, "back")), 1) == [None, 1]
    assert trail(moves((None, 1), (1, 2), (2, 3), (3, 2, "back"), (2, 1, "back")), 1) == [None, 1]
    assert trail(moves((None, 1), (1, 2), (2, 1, "back"), (1, 3)), 3) == [None, 1, 3]


def test_a_move_that_was_never_made_does_not_count():
    assert trail(moves((None, 1), (1, 2)), 1) == [None, 1]
    assert trail(moves((None, 1), (1, 2), (1, 3)), 3) == [None, 1, 3]


def test_a_change_by_other_means_is_a_step_like_any_other():
    assert trail(moves((None, 1), (1, 2), (5, 6)), 6) == [None, 1, 2, 5, 6]
    assert trail(moves((None, 1)), 7) == [None, 1, 7]
