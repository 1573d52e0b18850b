"""What every registry of models must do; the fake and MLflow's, in PostgreSQL, are held to it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from fakes.model_registry import FakeModelRegistry
from fakes.object_store import FakeObjectStore
from fakes.versions import version
from mbats.errors.model import AliasMoved, AliasUnset, UnknownModel, UnknownModelVersion
from mbats.models.artefacts import keep_version, open_version
from mbats.models.registry import Alias


class ModelRegistryContract:
    """Inherit and give fixtures `registry`, with trees/1, trees/2 and ridge/1, and `made`: those by reference."""

    def test_names_models_in_order(self, registry):
        assert list(registry.names()) == ["ridge", "trees"]

    def test_lists_versions_oldest_first(self, registry, made):
        assert [found.id for found in registry.versions("trees")] == [made["trees/1"].id, made["trees/2"].id]
        assert [found.reference for found in registry.versions("trees")] == ["trees/1", "trees/2"]
        assert list(registry.versions("nobody")) == []

    def test_finds_a_version_by_number(self, registry, made):
        found = registry.version("trees/1")
        assert (found.id, found.number, found.name) == (made["trees/1"].id, 1, "trees")
        assert found.fits == made["trees/1"].fits

    def test_a_bare_name_is_the_champion_else_the_newest(self, registry):
        assert registry.version("trees").number == 2
        registry.move("trees", Alias.CHAMPION, 1, expected=None)
        assert registry.version("trees").number == 1

    def test_finds_a_version_by_alias(self, registry):
        registry.move("trees", Alias.LIVE, 1, expected=None)
        assert registry.version("trees@live").number == 1
        assert registry.aliases("trees") == {"live": 1}

    def test_an_alias_moves_from_where_it_is_expected_only(self, registry):
        registry.move("trees", Alias.CHAMPION, 1, expected=None)
        registry.move("trees", Alias.CHAMPION, 2, expected=1)
        with pytest.raises(AliasMoved, match="champion of model 'trees' is 2 by now, not 1"):
            registry.move("trees", Alias.CHAMPION, 1, expected=1)
        registry.move("trees", Alias.CHAMPION, None, expected=2)
        assert dict(registry.aliases("trees")) == {}

    def test_says_what_is_not_there(self, registry):
        with pytest.raises(UnknownModel, match=r"'oak'.*known: ridge, trees"):
            registry.version("oak")
        with pytest.raises(UnknownModel, match="oak"):
            registry.aliases("oak")
        with pytest.raises(UnknownModelVersion, match="no version 7; it has: 1, 2"):
            registry.version("trees/7")
        with pytest.raises(UnknownModelVersion, match="7"):
            registry.move("trees", Alias.CHAMPION, 7, expected=None)
        with pytest.raises(AliasUnset, match="No version of model 'trees' is its live"):
            registry.version("trees@live")

    def test_a_name_is_no_question_to_the_database(self, registry):
        assert list(registry.versions("trees' OR name='ridge")) == []
        with pytest.raises(UnknownModel):
            registry.version("trees'/1")

    def test_adopts_a_version_of_another_model_once(self, registry, made):
        adopted = registry.adopt("eurusd", made["ridge/1"])
        assert (adopted.reference, adopted.id) == ("eurusd/1", made["ridge/1"].id)
        assert registry.adopt("eurusd", made["trees/2"]).reference == "eurusd/2"
        assert registry.adopt("eurusd", made["ridge/1"]).reference == "eurusd/1"
        assert registry.version("ridge/1").id == made["ridge/1"].id


class TestFake(ModelRegistryContract):
    @pytest.fixture
    def made(self):
        versions = version("trees", 1), version("trees", 2), version("ridge", 1)
        return {made.reference: made for made in versions}

    @pytest.fixture
    def registry(self, made):
        return FakeModelRegistry(list(made.values()))


class TestMlflow(ModelRegistryContract):
    @pytest.fixture
    def store(self):
        return FakeObjectStore()

    @pytest.fixture
    def made(self, store):
        versions = {}
        for template in (version("trees", 1), version("trees", 2), version("ridge", 1)):
            facts = {**json.loads(json.dumps(dict(template.manifest))), "seed": template.number}
            opened = open_version(store, keep_version(store, facts, template.fits))
            versions[template.reference] = replace(opened, number=template.number)
        return versions

    @pytest.fixture
    def registry(self, mlflow_backing, store, made):
        from mbats.adapters.mlflow.registry import MlflowRegistry
        from mbats.pipelines.training.tracking import NewModel

        registry = MlflowRegistry(mlflow_backing.backing, store, mlflow_backing.locks)
        for known in made.values():
            new = NewModel(known, b"", "skops", "number", ("a",), np.zeros((1, 1)), "", challenger=False)
            registry.register(new, "file:///nowhere/model", mlflow_backing.run_id())
        return registry

    def test_registers_the_same_version_once(self, registry, made, mlflow_backing):
        from mbats.pipelines.training.tracking import NewModel

        new = NewModel(made["trees/1"], b"", "skops", "number", ("a",), np.zeros((1, 1)), "")
        again = registry.register(new, "file:///elsewhere/model", mlflow_backing.run_id())
        assert again.reference == "trees/1"
        assert registry.aliases("trees") == {"challenger": 1}

    def test_does_not_see_what_somebody_else_registered(self, registry, mlflow_backing):
        mlflow_backing.backing.client().create_model_version("ridge", "file:///nowhere", mlflow_backing.run_id())
        assert [found.number for found in registry.versions("ridge")] == [1]

    def test_a_damaged_manifest_is_not_opened(self, registry, store, made):
        from mbats.errors.model import ModelArtefactDamaged

        store.objects[f"models/versions/{made['ridge/1'].id}.json"] = b"{}"
        with pytest.raises(ModelArtefactDamaged, match="not what was registered"):
            registry.version("ridge/1")
