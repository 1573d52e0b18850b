import pytest

from mbats.reports.monthly import Return, years


def test_months_stand_under_their_names_and_compound_to_the_year(run_of, trip):
    run = run_of([trip(1_000.0, exit=24 * 10, spread=0.0), trip(-2_020.0, exit=24 * 40, spread=0.0)], days=60)
    (year,) = years(run.equity)
    assert year.year == 2016
    assert year.months[0].value == pytest.approx(0.01)
    assert year.months[1].value == pytest.approx(-0.02)
    assert year.total.value == pytest.approx(1.01 * 0.98 - 1)
    assert [month.value for month in year.months[3:]] == [None] * 9


def test_no_day_no_year(run_of):
    assert years(run_of(days=0).equity) == []


@pytest.mark.parametrize(
    ("value", "written", "tone", "strength"),
    [(None, "", "", 0.0), (0.0, "0.0", "", 0.0), (0.025, "2.5", "good", 0.5), (-0.2, "-20.0", "bad", 1.0)],
)
def test_a_return_is_written_and_coloured_by_its_size(value, written, tone, strength):
    month = Return(value)
    assert (month.written, month.tone, month.strength) == (written, tone, strength)
