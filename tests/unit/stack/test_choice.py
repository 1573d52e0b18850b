"""What was chosen for a stack is remembered, and what is asked for now goes before it."""

import pytest

from mbats.bootstrap.stack_choice import choose, wanted
from mbats.errors.stack import (
    ChoiceBroken,
    PortNotANumber,
    UnknownPort,
    UnknownProfile,
    UnknownService,
    WorkersNotANumber,
)
from mbats.stack.choice import Choice
from mbats.stack.table import chosen


def test_nothing_was_chosen_at_first(tmp_path):
    assert choose(tmp_path, None, {}) == Choice()


def test_profiles_workers_ports_and_what_was_passed_are_as_at_the_last_time(tmp_path):
    said = {"MBATS_WORKERS": "3", "MBATS_PORT_OBJECTS_FILER": "9555", "MBATS_EXCHANGE_CLOCK": "60"}
    first = choose(tmp_path, ["ray"], said)
    assert (first.profiles, first.workers, first.ports) == (("ray",), 3, {"objects.filer": 9555})
    first.save(tmp_path)
    assert choose(tmp_path, None, {}) == first
    assert choose(tmp_path, [], {}).profiles == ()
    assert choose(tmp_path, None, {"MBATS_PORT_OBJECTS_FILER": "9030"}).ports == {}
    assert choose(tmp_path, None, {"MBATS_EXCHANGE_CLOCK": "1"}).passed["MBATS_EXCHANGE_CLOCK"] == "1"


def test_the_order_of_profiles_does_not_matter(tmp_path):
    assert choose(tmp_path, ["ray", "celery"], {}) == choose(tmp_path, ["celery", "ray", "ray"], {})


@pytest.mark.parametrize("text", ["0", "17", "two", "-1", "²"])
def test_workers_are_a_number_from_one_to_sixteen(tmp_path, text):
    with pytest.raises(WorkersNotANumber):
        choose(tmp_path, None, {"MBATS_WORKERS": text})


def test_what_is_unknown_is_named(tmp_path):
    with pytest.raises(UnknownProfile, match="no profile 'spark'; it has: celery, ray"):
        choose(tmp_path, ["spark"], {})
    with pytest.raises(PortNotANumber, match="MBATS_PORT_POSTGRES is '99999'"):
        choose(tmp_path, None, {"MBATS_PORT_POSTGRES": "99999"})
    with pytest.raises(UnknownPort, match="Did you mean MBATS_PORT_AIRFLOW"):
        choose(tmp_path, None, {"MBATS_PORT_AIRFLWO": "8099"})
    with pytest.raises(UnknownService, match="no service 'mlfow'; it has: postgres, objects"):
        wanted(chosen(), ["mlfow"])


@pytest.mark.parametrize("content", ["", "[]", '{"profiles": 1}', '{"profiles": [], "colour": "red"}'])
def test_a_choice_that_cannot_be_read_says_what_to_do(tmp_path, content):
    (tmp_path / "choice.json").write_text(content)
    with pytest.raises(ChoiceBroken, match="Remove the file"):
        choose(tmp_path, None, {})


def test_wanted_are_some_services_and_all_that_they_need():
    assert wanted(chosen(), ["mlflow"]) == {"mlflow", "postgres", "objects", "prepare"}
    assert len(wanted(chosen(), [])) == len(chosen())
