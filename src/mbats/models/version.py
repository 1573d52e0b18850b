from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Fit:
    """One training of a version, and when it may be used: from the moment after which nothing of it was in training.

    Attributes
    ----------
    trained_from, trained_until
        First decision and last label end that it has seen, nanoseconds UTC.
    usable_from, usable_until
        Decisions at moments ``usable_from < t <= usable_until`` are scored by it; None: until further notice. Never
        before `trained_until`.
    artefact
        SHA-256 of its content, which lies under ``models/fits/<sha256>``.
    format
        How the content is written.
    """

    trained_from: int
    trained_until: int
    usable_from: int
    usable_until: int | None
    artefact: str
    format: str


@dataclass(frozen=True, slots=True)
class Version:
    """A registered version of a model: everything that its scores depend on, found again by `id`.

    Attributes
    ----------
    id
        SHA-256 of the manifest, which lies under ``models/versions/<id>.json``; a live session pins it.
    name, number
        Of the registry.
    fits
        Walk-forward: each bar is scored by the fit that would have been in use then; the last one trades live.
    manifest
        Feature set (specification and fingerprint), columns and their types, label, estimator and parameters, dataset
        and snapshot ids, states of recursive features, seed, code commit, digest of the lock, synthetic mark, metrics.
    """

    id: str
    name: str
    number: int
    fits: tuple[Fit, ...]
    manifest: Mapping[str, Any]

    @property
    def synthetic(self) -> bool:
        """Whether it was trained on generated data."""
        return bool(self.manifest["synthetic"])

    @property
    def reference(self) -> str:
        """The name that pins it: ``name/number``."""
        return f"{self.name}/{self.number}"
