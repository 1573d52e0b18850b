import pytest

from mbats.bootstrap import environment
from mbats.bootstrap.training import TrainingOptions, planned, usual_name
from mbats.errors.training import EstimatorOfOtherKind, HyperparameterInvalid, HyperparameterSyntax
from mbats.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path)


def plan(settings, **options):
    return planned(TrainingOptions(symbols=("EUR_USD",), **options), settings)


def test_what_is_usual_is_a_whole_plan(settings):
    usual = plan(settings)
    assert usual.name == "eurusd"
    assert usual.estimator.name == "lightgbm"
    assert dict(usual.validation.spec) == {"name": "purged-k-fold", "folds": 5, "embargo": 0.01}
    assert dict(usual.walk_forward.spec) == {"name": "walk-forward", "train": 0.5, "step": 0.1, "anchored": True}
    assert usual.label.spec["name"] == "sign"


def test_texts_become_a_plan(settings):
    asked = plan(
        settings,
        estimator="logistic",
        parameters=("C=0.5",),
        validation="combinatorial:groups=6,tested=2",
        embargo="12h",
        walk_forward="none",
    )
    assert asked.estimator.parameters == {"C": 0.5}
    assert asked.validation.spec["embargo"] == 12 * 3_600_000_000_000
    assert asked.walk_forward is None
    assert plan(settings, walk_forward="train=2y,step=90d").walk_forward.spec["anchored"] is False


def test_a_plan_is_known_by_what_it_decides(settings):
    assert plan(settings).digest == plan(settings).digest
    assert plan(settings, seed=1).digest != plan(settings).digest
    assert plan(settings, parameters=("rounds=10",)).digest != plan(settings).digest


def test_mistakes_are_named(settings):
    with pytest.raises(HyperparameterSyntax, match="num_leaves"):
        plan(settings, parameters=("num_leaves",))
    with pytest.raises(HyperparameterInvalid, match="num_leaves=1 cannot be: it lies between 2"):
        plan(settings, parameters=("num_leaves=1",))
    with pytest.raises(EstimatorOfOtherKind, match="ridge"):
        plan(settings, estimator="ridge")


@pytest.mark.parametrize(
    ("symbols", "name"),
    [
        (["EUR_USD"], "eurusd"),
        (["EUR_USD", "USD_JPY", "EUR_USD"], "eurusd-usdjpy"),
        (["A_B", "C_D", "E_F", "G_H"], "ab-and-3-more"),
    ],
)
def test_a_model_is_called_after_its_instruments(symbols, name):
    assert usual_name(symbols) == name


def test_the_environment_is_what_mbats_stands_on():
    packages = environment.packages()
    assert {"numpy", "lightgbm", "scikit-learn", "threadpoolctl"} <= packages.keys()
    assert "pytest" not in packages
    assert environment.computing().items() <= packages.items()
    assert len(environment.lock()) == 64


def test_a_package_that_a_library_brings_along_is_not_the_environment(tmp_path, monkeypatch):
    """Ray puts a folder of its own before everything else on `sys.path`, with a colorama in it."""
    before = environment.packages()
    for name in ("numpy", "colorama"):
        folder = tmp_path / f"{name}-0.0.1.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.0.1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    environment.packages.cache_clear()
    assert environment.packages() == before
