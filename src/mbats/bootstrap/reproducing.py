"""From the name of a registered version to the same training once more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from mbats.bootstrap import models, wiring
from mbats.bootstrap.training import provenance, series_of
from mbats.errors.passport import VersionSnapshotGone, VersionUnclear
from mbats.errors.snapshot import SnapshotMissing
from mbats.execution.costs import Costs
from mbats.features.feature_set import FeatureSet
from mbats.ledger.terms import Account, amount
from mbats.models.artefacts import known_versions, open_version
from mbats.models.datasets.labelling import label_from
from mbats.models.validation.discovery import splitter_from
from mbats.pipelines.market_data import read
from mbats.pipelines.passport.reproduction import reproduce
from mbats.pipelines.training.plan import TrainingPlan
from mbats.secmaster.snapshot import open_snapshot
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from mbats.models.version import Version
    from mbats.pipelines.passport.reproduction import Reproduction
    from mbats.secmaster.snapshot import Snapshot
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch

_ID = re.compile(r"[0-9a-f]{8,64}")


def reproduce_version(reference: str, settings: Settings, watch: Watch = unwatched) -> Reproduction:
    """Train a version once more from its manifest and its snapshot, and compare; nothing is registered.

    Parameters
    ----------
    reference
        ``name/number``, ``name@alias`` or ``name`` of the registry; or the id, or its beginning, which needs the object
        store alone.

    Raises
    ------
    VersionUnclear, VersionSnapshotGone
    mbats.errors.model.UnknownModel, UnknownModelVersion, AliasUnset, ModelArtefactMissing
    mbats.errors.feature.UnknownFeature, FeatureChanged
    """
    version = found(reference, settings)
    plan = plan_of(version, settings)
    frozen = _snapshot(version, settings)
    data = read(frozen)
    return reproduce(version, plan, data.bars, series_of(frozen, plan.features), watch, financing=data.financing)


def found(reference: str, settings: Settings) -> Version:
    """Return the version of an id, of its beginning, or of a registry's name."""
    store = wiring.object_store(settings)
    if not _ID.fullmatch(reference):
        return models.registry(settings).version(reference)
    ids = known_versions(store, reference)
    if not ids:
        return models.registry(settings).version(reference)
    if len(ids) > 1:
        raise VersionUnclear(prefix=reference, known=", ".join(one[:16] for one in ids))
    return open_version(store, ids[0])


def plan_of(version: Version, settings: Settings) -> TrainingPlan:
    """Return the plan that a version's manifest describes; its hyper-parameters are those that were chosen."""
    told = version.manifest
    account = told.get("account", {})
    return TrainingPlan(
        name=told["name"],
        symbols=tuple(told["symbols"]),
        features=FeatureSet.from_spec(told["features"], settings.home / "features"),
        label=label_from(told["label"]),
        estimator=models.estimators(settings).find(told["estimator"], told["parameters"], told["kind"]),
        validation=splitter_from(told["validation"]),
        walk_forward=splitter_from(told["walk_forward"]) if told["walk_forward"] else None,
        costs=TypeAdapter(Costs).validate_python(told["costs"]),
        account=Account(account.get("currency", "USD"), amount(account.get("cash", "100000"))),
        provenance=provenance(),
        start=told["start"],
        end=told["end"],
        seed=told["seed"],
        controls=bool(told["metrics"].get("controls")),
    )


def _snapshot(version: Version, settings: Settings) -> Snapshot:
    identity = version.manifest["snapshot"]
    try:
        return open_snapshot(wiring.object_store(settings), identity)
    except SnapshotMissing as gone:
        facts = {"version": version.reference, "snapshot": identity[:16], "store": settings.object_store}
        raise VersionSnapshotGone(**facts) from gone
