from mbats.live.alert_budget import AlertBudget
from mbats.live.alerts import AlertKind


def test_so_many_of_a_kind_pass_in_an_hour_and_the_rest_are_counted():
    budget = AlertBudget(hourly=2)
    passed = [budget.passes(AlertKind.FILL, now) for now in (0, 1, 2, 3)]
    assert passed == [True, True, False, False]
    assert budget.passes(AlertKind.REJECT, 3)
    assert budget.left_out(AlertKind.FILL) == 2
    assert budget.left_out(AlertKind.FILL) == 0
    assert not budget.passes(AlertKind.FILL, 3_599)
    assert budget.passes(AlertKind.FILL, 3_600)


def test_urgent_ones_have_ten_times_the_room():
    budget = AlertBudget(hourly=1)
    assert sum(budget.passes(AlertKind.ALARM, now) for now in range(20)) == 10
