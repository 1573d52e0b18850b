from dataclasses import replace
from importlib.metadata import version as installed

import pytest

from fakes.versions import version
from mbats.models.scoring.libraries import other_libraries

HERE = installed("scikit-learn")
MAJOR, MINOR, PATCH = [*HERE.split("."), "0"][:3]


@pytest.mark.parametrize("trained", [HERE, f"{MAJOR}.{MINOR}.{PATCH}0", f"{MAJOR}.{MINOR}"])
def test_the_same_release_scores_alike_whatever_its_patch(trained):
    assert other_libraries(version(packages={"scikit-learn": trained, "lightgbm": "0.0.1"})) == ""


@pytest.mark.parametrize("trained", [f"{MAJOR}.{int(MINOR) + 1}.0", f"{int(MAJOR) - 1}.{MINOR}.{PATCH}"])
def test_another_release_is_named(trained):
    assert other_libraries(version(packages={"scikit-learn": trained})) == f"scikit-learn {HERE}, not {trained}"


def test_each_format_has_its_own_library():
    told = version(packages={"scikit-learn": "0.1", "lightgbm": "0.1.2"})
    boosted = replace(told, fits=(replace(told.fits[0], format="lightgbm-text"),))
    assert other_libraries(boosted) == f"lightgbm {installed('lightgbm')}, not 0.1.2"
    assert other_libraries(replace(told, fits=(replace(told.fits[0], format="cloudpickle"),))) == ""


def test_a_version_that_says_nothing_of_its_libraries_passes():
    assert other_libraries(version()) == ""
