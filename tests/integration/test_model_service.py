"""The model service on a real socket: plain HTTP and MLflow's own client, across a promotion."""

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

import httpx
import numpy as np
import pandas as pd
import pytest

from fakes.model_registry import FakeModelRegistry
from fixtures.models import planted_hours
from mbats.adapters.mlflow.flavours import save
from mbats.bootstrap.serving import RegisteredSource, served
from mbats.errors.model import ModelArtefactDamaged
from mbats.errors.serving import ServingPortTaken
from mbats.market.local_time import DAY
from mbats.models.artefacts import fit_content
from mbats.models.registry import Alias
from mbats.pipelines.training.tracking import NewModel
from mbats.serving.application import MODEL_HEADER, VERSION_HEADER, application
from mbats.serving.follower import Follower
from mbats.serving.server import ModelServer

pytest_plugins = ["fixtures.models"]
EVERY = 0.05


@dataclass(frozen=True)
class Held:
    """A registry with one version."""

    one: object

    def newer(self, known):
        return None if known else self.one


@contextmanager
def serving(source, every=EVERY, token=None):
    """Serve in a thread until the block ends."""
    follower = Follower(source, every)
    server = ModelServer(follower, token=token)
    thread = threading.Thread(target=server.run, args=(lambda: None,), daemon=True)
    thread.start()
    try:
        with httpx.Client(base_url=server.url, timeout=10) as client:
            assert client.get("/ping").status_code == 200
            yield client
    finally:
        server.stop()
        thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def trained(workshop):
    """Two versions of a model, the first its champion, and their registry."""
    market = planted_hours(days=60)
    begin = int(market["EUR_USD"].time[0])
    versions = [workshop.version(market, [begin + days * DAY], number=k) for k, days in enumerate((40, 55), 1)]
    registry = FakeModelRegistry(versions)
    registry.move("trend", Alias.CHAMPION, 1, expected=None)
    return registry, versions


@pytest.fixture
def source(trained, workshop):
    return RegisteredSource("trend@champion", trained[0], workshop.store, workshop.estimators)


def fitted(version, workshop):
    manifest = version.manifest
    estimator = workshop.estimators.find(manifest["estimator"], manifest["parameters"], manifest["kind"])
    return estimator.load(fit_content(workshop.store, version.fits[-1]), manifest["columns"])


def rows_of(version, count):
    drawn = np.random.default_rng(1).normal(scale=0.01, size=(count, len(version.manifest["columns"])))
    return pd.DataFrame(drawn, columns=version.manifest["columns"])


def test_a_promotion_amid_a_stream_of_requests_drops_none_and_is_seen_once(source, trained, workshop):
    registry, versions = trained
    table = rows_of(versions[0], 3)
    expected = {f"trend/{one.number}": fitted(one, workshop).score(table.to_numpy()).tolist() for one in versions}
    assert expected["trend/1"] != expected["trend/2"]
    body = {"dataframe_split": table.to_dict(orient="split")}
    seen: list[list[httpx.Response]] = [[], []]
    with serving(source) as client:

        def ask(answers):
            with httpx.Client(base_url=client.base_url, timeout=10) as own:
                while len(answers) < 5_000 and sum(one.headers[MODEL_HEADER] == "trend/2" for one in answers) < 20:
                    answers.append(own.post("/invocations", json=body))

        threads = [threading.Thread(target=ask, args=(answers,)) for answers in seen]
        for thread in threads:
            thread.start()
        while not all(len(answers) > 20 for answers in seen):
            threading.Event().wait(0.01)
        registry.move("trend", Alias.CHAMPION, 2, expected=1)
        for thread in threads:
            thread.join(60)
    for answers in seen:
        assert {one.status_code for one in answers} == {200}
        assert all(one.json()["predictions"] == expected[one.headers[MODEL_HEADER]] for one in answers)
        versions_seen = [one.headers[MODEL_HEADER] for one in answers]
        assert versions_seen == sorted(versions_seen)
        assert set(versions_seen) == {"trend/1", "trend/2"}
        assert {one.headers[VERSION_HEADER] for one in answers} == {one.id for one in versions}


def test_a_damaged_promotion_leaves_the_version_in_force(source, trained, workshop, monkeypatch):
    registry, versions = trained
    key = f"models/fits/{versions[1].fits[-1].artefact}"
    monkeypatch.setitem(workshop.store.objects, key, b"tampered")
    with pytest.raises(ModelArtefactDamaged):
        RegisteredSource("trend/2", registry, workshop.store, workshop.estimators).newer("")
    body = {"dataframe_records": rows_of(versions[0], 1).to_dict(orient="records")}
    with serving(source) as client:
        registry.move("trend", Alias.CHAMPION, 2, expected=1)
        threading.Event().wait(5 * EVERY)
        assert client.post("/invocations", json=body).headers[MODEL_HEADER] == "trend/1"


def test_mlflows_own_client_is_understood(source, trained, workshop):
    from mlflow.pyfunc.scoring_server.client import ScoringServerClient

    table = rows_of(trained[1][0], 4)
    expected = fitted(trained[1][0], workshop).score(table.to_numpy()).tolist()
    with serving(source) as client:
        theirs = ScoringServerClient(client.base_url.host, client.base_url.port)
        theirs.wait_server_ready(timeout=5)
        assert theirs.get_version() == version("mlflow")
        assert theirs.invoke(table).get_predictions("ndarray").tolist() == expected
        with pytest.raises(Exception, match="error code 400"):
            theirs.invoke(table.drop(columns="hour_sin"))


@pytest.mark.parametrize(("estimator", "kind"), [("lightgbm", "class"), ("ridge", "number")])
def test_mlflows_own_server_gives_the_same_scores_of_the_same_version(estimator, kind, workshop, tmp_path):
    """What `mlflow models serve` runs, on the native model that is registered beside the version."""
    import mlflow.pyfunc
    from mlflow.pyfunc.scoring_server import init

    market = planted_hours(days=60)
    end = int(market["EUR_USD"].time[0]) + 50 * DAY
    trained = workshop.version(market, [end], estimator=estimator, kind=kind)
    content, columns = fit_content(workshop.store, trained.fits[-1]), tuple(trained.manifest["columns"])
    example = np.zeros((2, len(columns)))
    save(NewModel(trained, content, trained.fits[-1].format, kind, columns, example, ""), tmp_path / "model")
    theirs = init(mlflow.pyfunc.load_model(str(tmp_path / "model")))
    ours = application(Follower(Held(served(trained, workshop.store, workshop.estimators)), 1.0))
    table = rows_of(trained, 3)
    for body in (
        {"dataframe_split": table.to_dict(orient="split")},
        {"dataframe_records": table.to_dict(orient="records")},
        {"inputs": table.to_dict(orient="list")},
        {"instances": table.to_dict(orient="records")},
    ):
        answers = asyncio.run(answers_of((ours, theirs), body))
        assert [answer.status_code for answer in answers] == [200, 200]
        scores = [answer.json().pop("predictions") for answer in answers]
        # A linear model adds up along memory, which a data frame lays out the other way round: the last bit may differ.
        np.testing.assert_allclose(*scores, rtol=1e-9 if estimator == "ridge" else 0)
        assert [answer.json().keys() for answer in answers] == [{"predictions"}] * 2
        assert answers[0].headers["content-type"] == answers[1].headers["content-type"]


async def answers_of(applications, body):
    clients = (
        httpx.AsyncClient(transport=httpx.ASGITransport(one), base_url="http://127.0.0.1") for one in applications
    )
    return [await client.post("/invocations", json=body) for client in clients]


def test_what_mlflow_refuses_is_refused_with_its_codes(source, trained):
    from mlflow.exceptions import MlflowException
    from mlflow.pyfunc.scoring_server import _decode_json_input, infer_and_parse_data

    bodies = [b"{", b"[1]", b'{"rows": []}', b'{"inputs": {}, "instances": []}']
    with serving(source) as client:
        for body in bodies:
            ours = client.post("/invocations", content=body, headers={"content-type": "application/json"})
            with pytest.raises(MlflowException) as theirs:
                infer_and_parse_data(_decode_json_input(body))
            assert ours.status_code == theirs.value.get_http_status_code() == 400
            assert ours.json()["error_code"] == theirs.value.error_code


def test_a_port_that_is_taken_is_an_expected_failure(source):
    with serving(source) as client, pytest.raises(ServingPortTaken):
        ModelServer(Follower(source, EVERY), port=client.base_url.port)
