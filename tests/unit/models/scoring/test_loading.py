from dataclasses import replace

import pytest

from fixtures.models import planted_hours
from mbats.errors.feature import FeatureChanged
from mbats.errors.model import ModelArtefactDamaged, ModelArtefactMissing
from mbats.errors.scoring import EstimatorChanged, FeaturesWithoutState, FitFormatUnknown, SchemaChanged
from mbats.features.view import View
from mbats.market.local_time import DAY
from mbats.models.artefacts import open_version
from mbats.secmaster.moments import instant

MARKET = planted_hours(days=40)
ENDS = [instant("2024-01-01") + 30 * DAY]


def changed(version, **manifest):
    return replace(version, manifest={**version.manifest, **manifest})


def test_a_missing_fit_is_named(workshop):
    version = workshop.version(MARKET, ENDS)
    del workshop.store.objects[f"models/fits/{version.fits[0].artefact}"]
    with pytest.raises(ModelArtefactMissing, match=version.fits[0].artefact):
        workshop.scorer(version)


def test_a_tampered_fit_is_named(workshop):
    version = workshop.version(MARKET, ENDS)
    key = f"models/fits/{version.fits[0].artefact}"
    workshop.store.objects[key] = workshop.store.objects[key].replace(b"leaf_value=0", b"leaf_value=9", 1) + b" "
    with pytest.raises(ModelArtefactDamaged, match=f"{key} is not what was registered"):
        workshop.scorer(version)


def test_a_tampered_manifest_is_named(workshop):
    version = workshop.version(MARKET, ENDS)
    key = f"models/versions/{version.id}.json"
    workshop.store.objects[key] = workshop.store.objects[key].replace(b'"synthetic":true', b'"synthetic":false')
    with pytest.raises(ModelArtefactDamaged, match=key):
        open_version(workshop.store, version.id)


def test_a_feature_that_is_made_by_other_code_now_is_refused(workshop):
    version = workshop.version(MARKET, ENDS, features=("log_return:1", "fading:14"))
    file = workshop.folder / "features" / "fading.py"
    file.write_text(file.read_text().replace("2.0 /", "3.0 /"))
    with pytest.raises(FeatureChanged, match="fading_14"):
        workshop.scorer(version)


@pytest.mark.parametrize(
    "facts",
    [
        {"columns": ["log_return_1", "log_return_2"]},
        {"columns": ["log_return_2", "log_return_1"]},
        {"dtypes": ["float64", "float32"]},
        {"fingerprint": "0" * 64},
    ],
)
def test_another_schema_is_refused(workshop, facts):
    version = workshop.version(MARKET, ENDS, features=("log_return:1", "log_return:12"))
    with pytest.raises(SchemaChanged, match="trend/1 was registered with other columns"):
        workshop.scorer(changed(version, **facts))


def test_a_format_that_nobody_reads_is_refused(workshop):
    version = workshop.version(MARKET, ENDS)
    with pytest.raises(FitFormatUnknown, match="'joblib'"):
        workshop.scorer(replace(version, fits=(replace(version.fits[0], format="joblib"),)))


def test_recursive_features_without_a_state_cannot_be_traded(workshop):
    file = workshop.folder / "features" / "adding.py"
    file.write_text(
        "import numpy as np\nfrom mbats.features.definition import feature\n\n\n"
        "@feature(lookback=None)\ndef adding(view):\n    return np.cumsum(view.bars.close)\n"
    )
    version = workshop.version(MARKET, ENDS, features=("log_return:1", "adding"))
    with pytest.raises(FeaturesWithoutState, match="adding depend"):
        workshop.scorer(version)


OWN = """
from numbers_of_mine import LEVEL
import numpy as np

class Level:
    def fit(self, features, label, weight, columns, seed):
        self.level = LEVEL

    def score(self, features):
        return np.full(len(features), self.level)
"""


def test_a_pickle_whose_estimator_is_another_by_now_is_not_even_read(workshop):
    folder = workshop.folder / "estimators"
    folder.mkdir()
    (folder / "level.py").write_text(OWN)
    (folder / "numbers_of_mine.py").write_text("LEVEL = 0.5\n")
    code = workshop.estimators.find("level", {}, "class").code
    version = changed(workshop.version(MARKET, ENDS, estimator="level"), code=code)
    assert workshop.scorer(version).score(View(MARKET["EUR_USD"], MARKET))[-1] == 0.5
    (folder / "numbers_of_mine.py").write_text("LEVEL = 0.9\n")
    with pytest.raises(EstimatorChanged, match=r"trend/1 was trained by another 'level'"):
        workshop.scorer(version)
