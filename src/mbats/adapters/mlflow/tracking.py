from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from mlflow.entities import Dataset as TrackedDataset
from mlflow.entities import DatasetInput, Metric, Param, RunStatus, RunTag

from mbats.adapters.mlflow.faults import in_our_words
from mbats.adapters.mlflow.flavours import save
from mbats.errors.training import TrackingRefused, TrackingUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlflow import MlflowClient

    from mbats.adapters.mlflow.backing import Backing
    from mbats.adapters.mlflow.registry import MlflowRegistry
    from mbats.clock import Clock
    from mbats.models.dataset import Dataset
    from mbats.models.version import Version
    from mbats.pipelines.training.tracking import NewModel

_PLAN = "mbats.plan"
_MODEL = "model"
_LONGEST = 5_000


class MlflowTracking:
    """Runs in MLflow; implements `mbats.pipelines.training.tracking.Tracking`."""

    def __init__(self, backing: Backing, registry: MlflowRegistry, clock: Clock) -> None:
        self._backing, self._registry, self._clock = backing, registry, clock

    @contextmanager
    def run(self, model: str, plan: str, tags: Mapping[str, str]) -> Iterator[MlflowRun]:
        """Begin the run of a plan, or go on with one of the same plan that was cut off."""
        client = self._backing.client()
        with in_our_words(self._backing.shown):
            run = MlflowRun(client, self._begun(client, model, plan, tags), self._backing, self._registry, self._clock)
        try:
            yield run
        except (TrackingUnreachable, TrackingRefused):
            raise
        except BaseException as reason:
            with suppress(TrackingUnreachable):
                run.end(RunStatus.FAILED if isinstance(reason, Exception) else RunStatus.KILLED)
            raise
        run.end(RunStatus.FINISHED)

    def _begun(self, client: MlflowClient, model: str, plan: str, tags: Mapping[str, str]) -> str:
        experiment = self._experiment(client, model)
        cut_off = client.search_runs(
            [experiment], f"tags.`{_PLAN}` = '{plan}' and attributes.status = 'RUNNING'", max_results=1
        )
        if cut_off:
            return str(cut_off[0].info.run_id)
        run = client.create_run(experiment, run_name=f"{model} {plan[:8]}", tags={**tags, _PLAN: plan})
        return str(run.info.run_id)

    def _experiment(self, client: MlflowClient, name: str) -> str:
        found = client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        where = self._backing.artifacts
        return str(client.create_experiment(name, artifact_location=f"{where}/{name}" if where else None))


class MlflowRun:
    """One run; implements `mbats.pipelines.training.tracking.TrackedRun`."""

    def __init__(
        self, client: MlflowClient, run: str, backing: Backing, registry: MlflowRegistry, clock: Clock
    ) -> None:
        self.id = run
        self._client, self._backing, self._registry, self._clock = client, backing, registry, clock

    def parameters(self, values: Mapping[str, Any]) -> None:
        """Note what the training was asked for."""
        params = [Param(name, _text(value)[:_LONGEST]) for name, value in values.items()]
        with in_our_words(self._backing.shown):
            self._client.log_batch(self.id, params=params)

    def metrics(self, values: Mapping[str, float | None], step: int = 0) -> None:
        """Note figures; undefined ones are left out."""
        now = int(self._clock.now().timestamp() * 1_000)
        known = {name: value for name, value in values.items() if value is not None and isfinite(value)}
        with in_our_words(self._backing.shown):
            self._client.log_batch(self.id, [Metric(name, float(value), now, step) for name, value in known.items()])

    def file(self, path: str, content: bytes) -> None:
        """Keep a file under a relative path."""
        folder, _, name = path.rpartition("/")
        with TemporaryDirectory() as scratch, in_our_words(self._backing.shown):
            (Path(scratch) / name).write_bytes(content)
            self._client.log_artifact(self.id, str(Path(scratch) / name), folder or None)

    def dataset(self, dataset: Dataset) -> None:
        """Note what was learnt from."""
        profile = {"rows": len(dataset), "columns": len(dataset.columns)}
        source = {key: dataset.manifest[key] for key in ("snapshot", "fingerprint", "label")} | {"dataset": dataset.id}
        tracked = TrackedDataset(
            name=", ".join(dataset.symbols),
            digest=dataset.id[:36],
            source_type="mbats",
            source=json.dumps(source),
            schema=json.dumps(list(dataset.columns)),
            profile=json.dumps(profile),
        )
        with in_our_words(self._backing.shown):
            self._client.log_inputs(self.id, [DatasetInput(tracked)])

    def register(self, model: NewModel) -> Version:
        """Register a version, whole or not at all: its files are there before the registry hears of it."""
        with TemporaryDirectory() as scratch, in_our_words(self._backing.shown):
            save(model, Path(scratch) / _MODEL)
            self._client.log_artifacts(self.id, str(Path(scratch) / _MODEL), _MODEL)
            self._client.log_batch(self.id, tags=[RunTag("mbats.version", model.version.id)])
            source = f"{self._client.get_run(self.id).info.artifact_uri}/{_MODEL}"
        return self._registry.register(model, source, self.id)

    def end(self, status: int) -> None:
        """Say how it ended."""
        now = int(self._clock.now().timestamp() * 1_000)
        with in_our_words(self._backing.shown):
            self._client.set_terminated(self.id, RunStatus.to_string(status), now)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
