"""From a model's name in a parameter to a strategy that acts on its scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mbats.errors.scoring import ModelUnbound
from mbats.models.registry import Alias
from mbats.models.scoring.pin import Pin
from mbats.pipelines.sweep.axis import Choices
from mbats.strategies.model_signal import ModelSignal
from mbats.strategies.parameters import Configured

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mbats.models.scoring.version_scorer import VersionScorer
    from mbats.pipelines.sweep.axis import Axis
    from mbats.settings import Settings

MODEL = "model"
"""The parameter that names one."""


@dataclass(frozen=True, slots=True)
class ModelShelf:
    """Where registered versions lie: enough to load one in any process, without MLflow or a database.

    Attributes
    ----------
    object_store
        URL or folder.
    home
        Beside which the user's own features and estimators are.
    """

    object_store: str
    home: Path

    @classmethod
    def of(cls, settings: Settings) -> ModelShelf:
        """Return the shelf of a home."""
        return cls(settings.object_store, settings.home)

    def scorer(self, pinned: str) -> VersionScorer:
        """Return the scorer of a pinned version; raises what `mbats.models.scoring.loading.load` does."""
        return _loaded(self, Pin.read(pinned))

    def bound(self, strategy: Any) -> Any:
        """Return a strategy with the scorer of the version that it pins; one without a model as it is."""
        if not _unbound(strategy):
            return strategy
        if not strategy.model:
            raise ModelUnbound(strategy=strategy.name)
        return strategy.bound_to(self.scorer(strategy.model))


@lru_cache(maxsize=16)
def _loaded(shelf: ModelShelf, pin: Pin) -> VersionScorer:
    from mbats.adapters.objects.store import open_store
    from mbats.bootstrap.models import estimators_in
    from mbats.models.artefacts import open_version
    from mbats.models.scoring.loading import load

    store = open_store(shelf.object_store)
    version = open_version(store, pin.id, pin.name, pin.number)
    return load(store, version, estimators_in(shelf.home), shelf.home / "features")


def pinned(text: str, settings: Settings) -> str:
    """Return what pins the version that `text` names today: ``NAME``, ``NAME@ALIAS`` or ``NAME/NUMBER``.

    Raises
    ------
    mbats.errors.model.UnknownModel, UnknownModelVersion, AliasUnset
    """
    if not text or Pin.is_one(text):
        return text
    from mbats.bootstrap.models import registry

    version = registry(settings).version(text)
    return str(Pin(version.name, version.number, version.id))


def live_version(name: str, settings: Settings) -> int | None:
    """Return the number of the version of a model that a person released for real money."""
    from mbats.bootstrap.models import registry

    return registry(settings).aliases(name).get(Alias.LIVE)


def with_model(configured: Configured, settings: Settings) -> Configured:
    """Return a strategy with its model pinned and loaded; one without a model, or bound already, as it is.

    Raises
    ------
    mbats.errors.base.MbatsError
        There is no such model, or it is not what was registered.
    """
    strategy = configured.strategy
    if not _unbound(strategy):
        return configured
    told = strategy.model_copy(update={MODEL: pinned(strategy.model, settings)})
    bound = ModelShelf.of(settings).bound(told)
    return Configured(bound, bound.parameters)


def pinned_values(cls: type[Any], values: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return parameter values with the model pinned."""
    if not _acts_on_model(cls) or MODEL not in values:
        return dict(values)
    return {**values, MODEL: pinned(str(values[MODEL]), settings)}


def pinned_axes(cls: type[Any], axes: Sequence[Axis], settings: Settings) -> list[Axis]:
    """Return the axes of a search with the models on them pinned."""
    return [_pinned_axis(axis, settings) if _acts_on_model(cls) and axis.name == MODEL else axis for axis in axes]


def _pinned_axis(axis: Axis, settings: Settings) -> Axis:
    assert isinstance(axis, Choices)
    return replace(axis, values=tuple(pinned(str(value), settings) for value in axis.values))


def _acts_on_model(cls: object) -> bool:
    return isinstance(cls, type) and issubclass(cls, ModelSignal)


def _unbound(strategy: Any) -> bool:
    return isinstance(strategy, ModelSignal) and not strategy.bound
