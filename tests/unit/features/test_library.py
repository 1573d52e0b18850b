from importlib.metadata import EntryPoint

import numpy as np
import pytest

from fakes.views import view
from mbats.errors.feature import (
    FeatureChanged,
    FeatureFileBroken,
    FeatureInstallBroken,
    FeatureNameTaken,
    UnknownFeature,
    UnknownFeatureParameter,
)
from mbats.features import library
from mbats.features.catalogue.returns import gap
from mbats.features.discovery import feature_set
from mbats.features.feature_set import FeatureSet

OWN = '''
import numpy as np

from mbats.features.definition import feature
from shifting import earlier

AFTER = {after}


@feature(lookback=lambda period: period + 1, unit="share", period=(1, 500))
def my_change(view, period: int = 3):
    """Close over that of some bars before, less one."""
    return view.bars.close / earlier(view.bars.close, period) - {one}
'''
SHIFTING = """
import numpy as np

from mbats.features.windows import lagged


def earlier(values, period):
    return lagged(values, period + {more})
"""


def write(folder, after=0, one=1.0, more=0, note=""):
    folder.mkdir(exist_ok=True)
    (folder / "own.py").write_text(note + OWN.format(after=after, one=one))
    (folder / "shifting.py").write_text(SHIFTING.format(more=more))
    return feature_set(["my_change:2"], folder)


def test_a_file_of_ones_own_is_found_and_computed(tmp_path):
    own = write(tmp_path / "features")
    close = view(9).bars.close
    np.testing.assert_array_equal(own.compute(view(9))[2:, 0], close[2:] / close[:-2] - 1.0)
    assert own.columns == ("my_change_2",)


def test_the_digest_sees_what_is_used_and_nothing_else(tmp_path):
    folder = tmp_path / "features"
    code = write(folder).spec[0]["code"]
    assert write(folder, after=1, note="# a remark\n").spec[0]["code"] == code
    assert write(folder, one=2.0).spec[0]["code"] != code
    changed = write(folder, more=1)
    assert changed.spec[0]["code"] != code
    spec = changed.spec
    write(folder)
    with pytest.raises(FeatureChanged, match="my_change_2"):
        FeatureSet.from_spec(spec, folder)


def test_a_broken_file_is_named_with_its_line(tmp_path):
    (tmp_path / "own.py").write_text("import numpy\n\nnumpy.nothing\n")
    with pytest.raises(FeatureFileBroken, match=r"own\.py:3: .*nothing"):
        feature_set(["gap"], tmp_path)


def test_a_name_of_the_catalogue_is_taken(tmp_path):
    text = "@feature(lookback=1)\ndef gap(view):\n    return view.bars.open\n"
    (tmp_path / "own.py").write_text(f"from mbats.features.definition import feature\n{text}")
    with pytest.raises(FeatureNameTaken, match=r"catalogue \(returns\) and own\.py both define a feature 'gap'"):
        feature_set(["gap"], tmp_path)


def test_an_unknown_name_is_answered_with_its_neighbour(tmp_path):
    with pytest.raises(UnknownFeature, match="Did you mean log_return"):
        feature_set(["log_retrun:5"], tmp_path)
    with pytest.raises(UnknownFeature, match="Did you mean default"):
        feature_set(["defalt"], tmp_path)
    with pytest.raises(UnknownFeatureParameter, match="no parameter '3'"):
        feature_set(["log_return:5,3"], tmp_path)


def installed(monkeypatch, target):
    entry = EntryPoint("another_gap", target, library.GROUP)
    monkeypatch.setattr(library, "entry_points", lambda group: [entry] if group == library.GROUP else [])


def test_installed_ones_are_found_by_entry_point(monkeypatch, tmp_path):
    installed(monkeypatch, "mbats.features.catalogue.returns:gap")
    assert library.library(tmp_path)["gap"] is gap
    installed(monkeypatch, "mbats.features.catalogue.returns:nothing")
    with pytest.raises(FeatureInstallBroken, match="another_gap"):
        library.library(tmp_path)
    installed(monkeypatch, "mbats.features.sets:SETS")
    with pytest.raises(FeatureInstallBroken, match="it is a dict and no feature"):
        library.library(tmp_path)
