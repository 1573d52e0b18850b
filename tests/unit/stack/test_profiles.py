"""What a profile adds and changes; names and needs stay, so that compose.yaml is the same under all of them."""

import pytest

from mbats.stack.compose.rendering import rendered
from mbats.stack.table import PROFILES, SERVICES, chosen, services

ALL = tuple(PROFILES)


def names(rows):
    return [row.name for row in rows]


def row(name, rows):
    return next(one for one in rows if one.name == name)


def test_the_plain_stack_has_no_row_of_a_profile():
    assert not [one.name for one in chosen() if one.profile]
    assert set(names(chosen(ALL))) == set(names(SERVICES))


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_has_as_many_workers_as_asked_for(profile):
    for count in (1, 2, 5):
        workers = [one.name for one in chosen((profile,), count) if "-worker-" in one.name]
        assert [name.rpartition("-")[2] for name in workers] == [str(number + 1) for number in range(count)]
    assert len(services(3)) == len(services(2)) + len(PROFILES)


@pytest.mark.parametrize("profiles", [ALL, tuple(reversed(ALL))])
def test_profiles_change_neither_needs_nor_commands_in_whatever_order(profiles):
    assert chosen(profiles) == chosen(ALL)
    for one in chosen(profiles)[:-1]:  # the opening page shows the rows that are there
        usual = row(one.name, SERVICES)
        assert (one.command, one.needs, one.port, one.profile) == (
            usual.command,
            usual.needs,
            usual.port,
            usual.profile,
        )


def test_each_row_of_a_profile_carries_its_name_into_compose():
    made = rendered(SERVICES, "1")["services"]
    assert {name: made[name].get("profiles") for name in names(SERVICES)} == {
        one.name: [one.profile] if one.profile else None for one in SERVICES
    }


def test_under_celery_every_part_of_airflow_knows_the_same_executor_and_queue():
    rows = [one for one in chosen(("celery",), 3) if one.environment == "airflow"]
    assert len(rows) == 4 + 3
    for name in ("AIRFLOW__CORE__EXECUTOR", "AIRFLOW__CELERY__BROKER_URL", "AIRFLOW__CELERY__RESULT_BACKEND"):
        assert len({one.variables[name] for one in rows}) == 1, name
    assert {one.variables["AIRFLOW__CORE__PARALLELISM"] for one in rows} == {"6"}
    assert row("airflow", chosen()).variables["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


def test_under_ray_every_mbats_command_knows_the_cluster_and_its_token():
    rows = chosen(("ray",))
    for name in ("jupyter", "trader", "ray-worker-2"):
        assert row(name, rows).variables["RAY_ADDRESS"] == "{host[ray]}:{port[ray]}"
        assert row(name, rows).variables["RAY_AUTH_TOKEN"] == "{secret[ray]}"
    assert "\nRAY_AUTH_MODE=token\n" in row("airflow", rows).files["mbats.env"]
    assert "RAY" not in row("airflow", chosen()).files["mbats.env"]
    assert "RAY_ADDRESS" not in row("postgres", rows).variables
