"""A pinned version is loaded in any process by the object store alone: no registry, no database."""

import pytest

from fixtures.models import Workshop, planted_hours
from mbats.adapters.objects.folder import FolderObjectStore
from mbats.bootstrap.model_binding import ModelShelf, pinned, pinned_axes, pinned_values, with_model
from mbats.bootstrap.remade import remade
from mbats.errors.model import ModelArtefactMissing
from mbats.errors.scoring import ModelUnbound, PinUnreadable
from mbats.market.local_time import DAY
from mbats.models.scoring.given import GivenScores
from mbats.models.scoring.pin import Pin
from mbats.pipelines.sweep.axis import Choices
from mbats.secmaster.moments import instant
from mbats.settings import Settings
from mbats.strategies.discovery import find
from mbats.strategies.model_bracket import ModelBracket
from mbats.strategies.parameters import Configured
from mbats.strategies.samples.rsi_bracket import RsiBracket

MARKET = planted_hours(days=60)
END = instant("2024-01-01") + 40 * DAY


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path, object_store=str(tmp_path / "objects"))


@pytest.fixture
def version(settings):
    return Workshop(FolderObjectStore(settings.home / "objects"), settings.home).version(MARKET, [END])


@pytest.fixture
def pin(version):
    return str(Pin(version.name, version.number, version.id))


def test_a_pinned_model_is_loaded_once_and_needs_no_registry(settings, version, pin):
    strategy = ModelBracket(model=pin)
    bound = with_model(Configured(strategy, strategy.parameters), settings)
    assert bound.strategy.scorer.version == version
    assert bound.parameters == strategy.parameters
    assert ModelShelf.of(settings).scorer(pin) is bound.strategy.scorer


def test_who_is_bound_already_or_acts_on_no_model_is_left_alone(settings):
    given = ModelBracket().bound_to(GivenScores({}))
    for strategy in (given, RsiBracket()):
        assert with_model(Configured(strategy, {}), settings).strategy is strategy


def test_no_model_and_a_broken_pin_are_told(settings, pin):
    with pytest.raises(ModelUnbound):
        with_model(Configured(ModelBracket(), {}), settings)
    with pytest.raises(PinUnreadable):
        ModelShelf.of(settings).bound(ModelBracket(model="trend/1#beef"))
    gone = pin[:-4] + ("0000" if not pin.endswith("0000") else "1111")
    with pytest.raises(ModelArtefactMissing):
        ModelShelf.of(settings).bound(ModelBracket(model=gone))


def test_pins_stay_as_they_are_in_values_and_on_axes(settings, pin):
    assert pinned(pin, settings) == pin
    assert pinned_values(ModelBracket, {"model": pin, "threshold": 0.1}, settings) == {"model": pin, "threshold": 0.1}
    assert pinned_values(RsiBracket, {"rsi_low": 3}, settings) == {"rsi_low": 3}
    axes = [Choices("model", (pin,)), Choices("threshold", (0.1, 0.2))]
    assert pinned_axes(ModelBracket, axes, settings) == axes


def test_an_allocation_made_again_from_a_record_acts_on_the_same_version(settings, version, pin):
    source = find("ModelBracket", settings.strategies)
    stored = {
        "name": "ModelBracket",
        "code": source.digest,
        "parameters": ModelBracket(model=pin).parameters,
        "instruments": ["EUR_USD"],
        "sizing": {"rule": "FixedUnits", "size": 1_000.0},
    }
    _, share = remade(stored, settings, AssertionError, AssertionError)
    assert share.strategy.scorer.version == version
