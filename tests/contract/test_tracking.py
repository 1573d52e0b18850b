"""MLflow's files in a bucket, runs that were cut off, and who comes first."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fakes.object_store import FakeObjectStore
from mbats.adapters.postgres.cluster import ADMIN
from mbats.adapters.postgres.roles import MODELLER
from mbats.adapters.postgres.server import open_server
from mbats.clock import SimulatedClock
from mbats.errors.training import TrackingUnreachable

CLOCK = SimulatedClock(datetime(2026, 1, 1, tzinfo=UTC))


def tracking(mlflow, backing=None):
    from mbats.adapters.mlflow.registry import MlflowRegistry
    from mbats.adapters.mlflow.tracking import MlflowTracking

    chosen = backing or mlflow.backing
    return MlflowTracking(chosen, MlflowRegistry(chosen, FakeObjectStore(), mlflow.locks), CLOCK)


class Killed(BaseException):
    """The process is gone."""


def test_a_run_that_was_cut_off_is_gone_on_with(mlflow_backing, monkeypatch):
    from mbats.adapters.mlflow.tracking import MlflowRun

    def cut_off():
        with tracking(mlflow_backing).run("trend", "p" * 64, {}) as run:
            begun.append(run.id)
            run.parameters({"seed": 1})
            run.metrics({"ic": 0.1, "undefined": None, "infinite": float("inf")})
            raise Killed

    begun = []
    with monkeypatch.context() as killed:
        killed.setattr(MlflowRun, "end", lambda *_: None)
        with pytest.raises(Killed):
            cut_off()
    with tracking(mlflow_backing).run("trend", "p" * 64, {}) as again:
        assert [again.id] == begun
        again.parameters({"seed": 1})
    with tracking(mlflow_backing).run("trend", "p" * 64, {}) as fresh:
        assert fresh.id not in begun
    found = mlflow_backing.backing.client().get_run(begun[0])
    assert (found.info.status, found.data.metrics) == ("FINISHED", {"ic": 0.1})


def test_a_run_whose_training_fails_says_so(mlflow_backing):
    with pytest.raises(ValueError, match="no"), tracking(mlflow_backing).run("trend", "q" * 64, {}) as run:
        raise ValueError("no")
    assert mlflow_backing.backing.client().get_run(run.id).info.status == "FAILED"


def test_files_lie_in_the_bucket_where_the_object_store_is_one(mlflow_backing, s3_bucket, monkeypatch):
    from mbats.adapters.objects.store import FsspecObjectStore

    url, server = s3_bucket
    monkeypatch.setenv("AWS_ENDPOINT_URL", server["endpoint_url"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server["key"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server["secret"])
    backing = replace(mlflow_backing.backing, artifacts=f"{url}/mlflow")
    with tracking(mlflow_backing, backing).run("bucketed", "r" * 64, {}) as run:
        run.file("charts/training.html", b"<p>")
    store = FsspecObjectStore(url, **server)
    assert store.get(f"mlflow/bucketed/{run.id}/artifacts/charts/training.html") == b"<p>"


def test_nobody_there_is_one_clear_error(mlflow_backing):
    from mbats.adapters.mlflow.backing import on_server

    nobody = on_server("http://127.0.0.1:9", None)
    with (
        pytest.raises(TrackingUnreachable, match=r"MLflow at http://127.0.0.1:9 does not answer"),
        tracking(mlflow_backing, nobody).run("trend", "s" * 64, {}),
    ):
        pass


def test_of_two_that_come_first_one_makes_the_tables(mlflow_backing, postgres_home, as_role):
    from mbats.adapters.mlflow.backing import in_database

    as_role("mlflow", ADMIN).execute(
        "DROP SCHEMA public CASCADE;"
        f"CREATE SCHEMA public AUTHORIZATION {MODELLER}; GRANT ALL ON SCHEMA public TO PUBLIC"
    )
    url = open_server(postgres_home).models().url
    with ThreadPoolExecutor(2) as pool:
        coming = [pool.submit(in_database, url, postgres_home / "postgres", "file:///nowhere") for _ in range(2)]
        made = [backing.result().client().get_experiment("0") for backing in coming]
    assert [experiment.artifact_location for experiment in made] == ["file:///nowhere/0"] * 2
