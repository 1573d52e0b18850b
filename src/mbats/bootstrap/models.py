"""Which vendor plugs in where, for models; MLflow takes seconds to import, so it is asked for late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.clock import SystemClock
from mbats.errors.training import OpenMpMissing
from mbats.secmaster.object_store import address

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.adapters.mlflow.backing import Backing
    from mbats.adapters.mlflow.registry import MlflowRegistry
    from mbats.models.estimators.discovery import Estimators
    from mbats.models.registry import ModelRegistry
    from mbats.pipelines.training.search import Tuners
    from mbats.pipelines.training.tracking import Tracking
    from mbats.settings import Settings


def estimators(settings: Settings) -> Estimators:
    """Return every way to learn: scikit-learn's, LightGBM, the user's own in the home's folder `estimators`."""
    return estimators_in(settings.home)


def estimators_in(home: Path) -> Estimators:
    """Return every way to learn in a home; a process that only scores knows no more of it.

    Raises
    ------
    OpenMpMissing
    """
    from mbats.adapters.cloudpickle.codec import PickleCodec

    try:
        from mbats.adapters.lightgbm.estimator import NAME, LightGBM
    except OSError as missing:
        raise OpenMpMissing(detail=missing) from missing
    from mbats.adapters.skops.codec import SkopsCodec
    from mbats.models.estimators.discovery import Estimators

    return Estimators(SkopsCodec(), PickleCodec(), home / "estimators", {NAME: LightGBM})


def tuners() -> Tuners:
    """Return what searches hyper-parameters: Optuna."""
    from mbats.adapters.optuna.tuner import ParzenTuner

    return ParzenTuner


def registry(settings: Settings) -> ModelRegistry:
    """Return MLflow's registry of models."""
    return _registry(settings, _backing(settings))


def tracking(settings: Settings) -> Tracking:
    """Return MLflow, to write trainings down and to register what comes of them."""
    backing = _backing(settings)
    from mbats.adapters.mlflow.tracking import MlflowTracking

    return MlflowTracking(backing, _registry(settings, backing), SystemClock())


def tracking_uri(settings: Settings) -> str:
    """Return the address that MLflow's own tools take; no password is in it."""
    return _backing(settings).uri


def make_tables(settings: Settings) -> None:
    """Make MLflow's tables in our database where there are none, whether it has a server or not."""
    _backing(replace(settings, mlflow_uri=None))


def _registry(settings: Settings, backing: Backing) -> MlflowRegistry:
    from mbats.adapters.mlflow.registry import MlflowRegistry

    return MlflowRegistry(backing, wiring.object_store(settings), wiring.server(settings).locks())


def _backing(settings: Settings) -> Backing:
    from mbats.adapters.mlflow.quiet import quieten

    quieten()
    from mbats.adapters.mlflow.backing import in_database, on_server

    files = artifacts(settings.object_store)
    if settings.mlflow_uri:
        return on_server(settings.mlflow_uri, files if files.startswith("s3://") else None)
    return in_database(wiring.server(settings).models().url, settings.home / "postgres", files)


def artifacts(object_store: str) -> str:
    """Return the URL in the object store under which MLflow keeps its files."""
    from pathlib import Path

    place = object_store.removeprefix("file://")
    return address(place, "mlflow") if "://" in place else (Path(place).expanduser().absolute() / "mlflow").as_uri()
