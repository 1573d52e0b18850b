"""From the object store to a scorer, if everything is as it was registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.scoring import EstimatorChanged, FeaturesWithoutState, FitFormatUnknown, SchemaChanged
from mbats.features.feature_set import FeatureSet
from mbats.features.state import State
from mbats.market.timeframe import Timeframe
from mbats.models.artefacts import fit_content
from mbats.models.scoring.rows import FeatureRows
from mbats.models.scoring.version_scorer import VersionScorer

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.models.estimator import Fitted
    from mbats.models.estimators.discovery import Estimators
    from mbats.models.version import Fit, Version
    from mbats.secmaster.object_store import ObjectStore

PICKLED = "cloudpickle"
FORMATS = ("lightgbm-text", "skops", PICKLED)


def load(store: ObjectStore, version: Version, estimators: Estimators, folder: Path) -> VersionScorer:
    """Return what scores bars by `version`; every fit is read, its hash checked before.

    Parameters
    ----------
    folder
        Where the user's own features are.

    Raises
    ------
    mbats.errors.model.ModelArtefactMissing, mbats.errors.model.ModelArtefactDamaged
    mbats.errors.feature.UnknownFeature, mbats.errors.feature.FeatureChanged
        The features are made by other code than in its training.
    SchemaChanged
        Their columns are others, or of another type.
    FeaturesWithoutState, FitFormatUnknown, EstimatorChanged
    """
    manifest = version.manifest
    features = FeatureSet.from_spec(manifest["features"], folder)
    _check_schema(version, features)
    states = {
        symbol: {column: State.from_json(stood) for column, stood in by_column.items()}
        for symbol, by_column in manifest.get("states", {}).items()
    }
    rows = FeatureRows(features, Timeframe(manifest["timeframe"]), manifest.get("anchor", {}), states)
    return VersionScorer(version, rows, [read_fit(store, version, fit, estimators) for fit in version.fits])


def _check_schema(version: Version, features: FeatureSet) -> None:
    manifest, expected = version.manifest, [(column, "float64") for column in features.columns]
    registered = list(zip(manifest["columns"], manifest["dtypes"], strict=True))
    if registered != expected or features.fingerprint != manifest["fingerprint"]:
        differing = [f"{name} ({dtype})" for name, dtype in registered if (name, dtype) not in expected]
        shown = ", ".join(differing) or "their order, or the fingerprint"
        raise SchemaChanged(model=version.reference, registered=shown, found=", ".join(features.columns))
    if features.research:
        raise FeaturesWithoutState(model=version.reference, columns=", ".join(features.research))


def read_fit(store: ObjectStore, version: Version, fit: Fit, estimators: Estimators) -> Fitted:
    """Return one of a version's fits; nothing of it is read before its hash is checked, and no pickle by other code.

    Raises
    ------
    mbats.errors.model.ModelArtefactMissing, mbats.errors.model.ModelArtefactDamaged
    FitFormatUnknown, EstimatorChanged
    """
    manifest = version.manifest
    if fit.format not in FORMATS:
        raise FitFormatUnknown(model=version.reference, format=fit.format, known=", ".join(FORMATS))
    estimator = estimators.find(manifest["estimator"], manifest["parameters"], manifest["kind"])
    expected = manifest.get("code")
    if fit.format == PICKLED and expected and estimator.code != expected:
        told = {"estimator": estimator.name, "found": estimator.code[:12], "expected": expected[:12]}
        raise EstimatorChanged(model=version.reference, **told)
    return estimator.load(fit_content(store, fit), manifest["columns"])
