from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from mbats.models.dataset import Dataset
    from mbats.models.version import Version


@dataclass(frozen=True, slots=True)
class NewModel:
    """A version to be registered, with its last fit as it was written.

    Attributes
    ----------
    content, format
        Of the fit that trades from now on.
    example
        A few rows of features, shape (few, k).
    challenger
        Whether the model's challenger is this version from now on.
    """

    version: Version
    content: bytes
    format: str
    kind: str
    columns: tuple[str, ...]
    example: NDArray[Any]
    description: str
    challenger: bool = True


class TrackedRun(Protocol):
    """One training, as it is written down while it goes on."""

    @property
    def id(self) -> str:
        """What finds it again."""
        ...

    def parameters(self, values: Mapping[str, Any]) -> None:
        """Note what the training was asked for."""
        ...

    def metrics(self, values: Mapping[str, float | None], step: int = 0) -> None:
        """Note figures; undefined ones are left out."""
        ...

    def file(self, path: str, content: bytes) -> None:
        """Keep a file under a relative path."""
        ...

    def dataset(self, dataset: Dataset) -> None:
        """Note what was learnt from."""
        ...

    def register(self, model: NewModel) -> Version:
        """Register a version, whole or not at all, and return it with its number; a known one keeps its number."""
        ...


class Tracking(Protocol):
    """Where trainings are written down."""

    def run(self, model: str, plan: str, tags: Mapping[str, str]) -> AbstractContextManager[TrackedRun]:
        """Begin the run of a plan, or go on with one of the same plan that was cut off.

        `plan` is a digest: whoever brings the same one notes the same parameters, which never change. The run ends as
        finished, or as failed when the block raises.

        Raises
        ------
        mbats.errors.training.TrackingUnreachable
        """
        ...
