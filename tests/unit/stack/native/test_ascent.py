"""Services come up in the order of what they need, and one that fails takes only its dependants with it."""

from itertools import count

import pytest

from mbats.stack.native.ascent import Ascent
from mbats.stack.probing import Finding
from mbats.stack.service import Service
from mbats.stack.table import SERVICES

WELL, NOT_YET = Finding(well=True), Finding(well=False, detail="not yet")


def service(name, *needs):
    return Service(name=name, title=name, environment="mbats", command=name, needs=needs)


@pytest.fixture
def ascent():
    rows = (service("store"), service("slow"), service("web", "store"), service("page", "web"), service("late", "slow"))
    return Ascent(rows, clock=count().__next__)


def names(services):
    return [one.name for one in services]


def test_a_service_begins_once_and_as_soon_as_what_it_needs_is_well(ascent):
    assert names(ascent.begin()) == ["store", "slow"]
    assert ascent.begin() == []
    ascent.note(ascent.services[1], "RUNNING", NOT_YET)
    ascent.note(ascent.services[0], "RUNNING", WELL)
    assert names(ascent.begin()) == ["web"], "nobody waits for what he does not need"
    assert names(ascent.due()) == ["slow", "web"]


def test_one_that_ended_keeps_back_its_dependants_alone(ascent):
    ascent.begin()
    ascent.note(ascent.services[0], "FATAL", NOT_YET)
    ascent.note(ascent.services[1], "RUNNING", WELL)
    assert names(ascent.begin()) == ["late"]
    ascent.note(ascent.services[4], "RUNNING", WELL)
    assert ascent.due() == []
    assert str(ascent) == "2 of 5 are well, not store"
    assert "not yet" in str(ascent.unwell["store"])


def test_one_that_stumbles_has_half_a_minute_and_one_that_runs_its_patience(ascent):
    ascent.begin()
    while not ascent.unwell:
        ascent.note(ascent.services[0], "BACKOFF", NOT_YET)
        ascent.note(ascent.services[1], "RUNNING", NOT_YET)
    assert list(ascent.unwell) == ["store"]
    while "slow" not in ascent.unwell:
        ascent.note(ascent.services[1], "RUNNING", NOT_YET)
    assert ascent.clock() > ascent.services[1].health.patience


def test_what_others_need_and_is_not_to_come_up_here_counts_as_well():
    assert names(Ascent([service("web", "store")]).begin()) == ["web"]


def test_every_service_of_the_table_gets_up():
    ascent, begun = Ascent(SERVICES), []
    while new := ascent.begin():
        begun += names(new)
        for one in new:
            ascent.note(one, "RUNNING", WELL)
    assert sorted(begun) == sorted(names(SERVICES))
    assert begun[:2] == ["postgres", "objects"]
