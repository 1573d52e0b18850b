"""Which secrets of a stack are drawn anew."""

import json

import pytest

from mbats.bootstrap import stack_rotation
from mbats.errors.stack import NothingToRotate, SecretKept, UnknownSecret
from mbats.settings import Settings
from mbats.stack.table import SERVICES, secret_names

KNOWN = {"postgres": "p", "jupyter": "j", "airflow_fernet": "f", "superset_session": "s"}


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "stack").mkdir()
    (tmp_path / "stack" / "secrets.json").write_text(json.dumps(KNOWN))
    return Settings(home=tmp_path)


@pytest.mark.parametrize(
    ("names", "error", "words"),
    [(["postgre"], UnknownSecret, "airflow_fernet, jupyter, postgres"), (["airflow_fernet"], SecretKept, "encrypted")],
)
def test_a_name_that_cannot_be_is_refused_before_anything_happens(settings, names, error, words):
    with pytest.raises(error, match=words):
        stack_rotation.rotate(settings, names)
    assert json.loads((settings.home / "stack" / "secrets.json").read_text()) == KNOWN
    assert not [*(settings.home / "stack").glob("*.drawn*")]


def test_a_stack_that_never_was_has_nothing_to_rotate(tmp_path):
    with pytest.raises(NothingToRotate, match="mbats stack up"):
        stack_rotation.rotate(Settings(home=tmp_path))


def test_what_is_kept_are_secrets_of_the_table():
    assert set(stack_rotation.KEPT) <= set(secret_names(SERVICES))


def test_a_password_that_a_service_keeps_is_given_anew_when_it_changes():
    keepers = {"mlflow", "superset", "pgadmin"}
    marked = {one.name for one in SERVICES if any(f"{{mark[{one.name}]}}" in step.command for step in one.first)}
    assert marked == keepers
