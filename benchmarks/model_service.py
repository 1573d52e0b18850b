"""A score by REST: one row to our service and to MLflow's own server, the same LightGBM model behind both."""

from __future__ import annotations

import json
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from benchmarks.row import Row
from mbats.adapters.lightgbm.estimator import FORMAT, LightGBM
from mbats.models.version import Version
from mbats.pipelines.training.tracking import NewModel
from mbats.serving.follower import Follower
from mbats.serving.served import Served
from mbats.serving.server import ModelServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.models.estimator import Fitted

COLUMNS = tuple(f"column_{number}" for number in range(50))
TREES, REQUESTS, BATCH = 200, 400, 1_000


@dataclass(frozen=True)
class _Shelf:
    served: Served

    def newer(self, known: str) -> Served | None:
        return None if known else self.served


def rows() -> list[Row]:
    """Ask both by turns, a row at a time and a thousand at once."""
    fitted, drawn = _fitted(), np.random.default_rng(1).normal(size=(BATCH, len(COLUMNS)))
    bodies = {count: _body(drawn[:count]) for count in (1, BATCH)}
    with TemporaryDirectory() as folder, ExitStack() as stack:
        theirs = stack.enter_context(_mlflow(fitted, Path(folder) / "model"))
        ours = stack.enter_context(_ours(fitted))
        one = _alternate((ours, theirs), bodies[1], REQUESTS)
        many = _alternate((ours, theirs), bodies[BATCH], 20)
    beside = f"MLflow's server ({_at(one[1], 50):.2f} ms)"
    return [
        Row("REST: 1 row of 50 features, p50", _at(one[0], 50), "ms", beside, _at(one[0], 50) / _at(one[1], 50), 1.0),
        Row("REST: 1 row of 50 features, p99", _at(one[0], 99), "ms", f"MLflow's p99 ({_at(one[1], 99):.2f} ms)"),
        Row("REST: 1,000 rows, p50", _at(many[0], 50), "ms", f"MLflow's server ({_at(many[1], 50):.0f} ms)"),
    ]


def _alternate(clients: tuple[httpx.Client, ...], body: bytes, count: int) -> list[list[float]]:
    taken: list[list[float]] = [[] for _ in clients]
    answers = [_asked(client, body) for client in clients]
    assert answers[0] == answers[1], "both give the same scores"
    for _ in range(count):
        for client, times in zip(clients, taken, strict=True):
            began = time.perf_counter()
            _asked(client, body)
            times.append(time.perf_counter() - began)
    return taken


def _asked(client: httpx.Client, body: bytes) -> Any:
    return client.post("/invocations", content=body).raise_for_status().json()["predictions"]


def _fitted() -> Fitted:
    drawn = np.random.default_rng(0)
    features = drawn.normal(size=(4_000, len(COLUMNS)))
    label = np.where(features[:, 0] + drawn.normal(size=len(features)) > 0, 1.0, -1.0)
    how = LightGBM("class").with_parameters({"rounds": TREES})
    return how.fit(features, label, np.ones(len(label)), COLUMNS, 0)


def _body(values: np.ndarray[Any, Any]) -> bytes:
    return json.dumps({"dataframe_split": {"columns": COLUMNS, "data": values.tolist()}}).encode()


@contextmanager
def _ours(fitted: Fitted) -> Iterator[httpx.Client]:
    server = ModelServer(Follower(_Shelf(Served("bench/1", "1", "class", COLUMNS, fitted)), every=5.0))
    thread = threading.Thread(target=server.run, args=(lambda: None,))
    thread.start()
    try:
        yield _client(server.url)
    finally:
        server.stop()
        thread.join()


@contextmanager
def _mlflow(fitted: Fitted, folder: Path) -> Iterator[httpx.Client]:
    """Serve the native model as `mlflow models serve` does, in a thread as ours."""
    import mlflow.pyfunc
    import uvicorn
    from mlflow.pyfunc.scoring_server import init

    from mbats.adapters.mlflow.flavours import save

    version = Version("", "bench", 1, (), {"kind": "class"})
    save(NewModel(version, fitted.dump(), FORMAT, "class", COLUMNS, np.zeros((2, len(COLUMNS))), ""), folder)
    app = init(mlflow.pyfunc.load_model(str(folder)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield _client(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join()


def _client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Content-Type": "application/json"}, timeout=30)


def _at(seconds: list[float], share: int) -> float:
    return float(np.percentile(seconds, share)) * 1e3
