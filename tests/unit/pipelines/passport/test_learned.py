from dataclasses import replace

import pytest

from fakes.versions import version
from mbats.market.local_time import DAY, moment
from mbats.models.version import Fit
from mbats.pipelines.passport.learned import in_use, learned

FITS = (Fit(0, 10, 10, 20, "a", "skops"), Fit(0, 20, 20, None, "b", "skops"))


@pytest.mark.parametrize(("time", "artefact"), [(11, "a"), (20, "a"), (21, "b"), (10**9, "b")])
def test_the_fit_is_the_one_that_was_in_use_at_the_decision(time, artefact):
    assert in_use(FITS, time).artefact == artefact


@pytest.mark.parametrize("time", [0, 10])
def test_inside_the_first_training_no_fit_may_be_used(time):
    assert in_use(FITS, time) is None


def test_a_manifest_tells_what_was_learned_from():
    trained = replace(version("trees", 3, until=1_000 * DAY), fits=(Fit(0, 9 * DAY, 9 * DAY, None, "b" * 64, "skops"),))
    found = learned(trained, "trees/3", 10 * DAY, 0.61)
    assert (found.reference, found.version, found.score) == ("trees/3", trained.id, 0.61)
    assert (found.fit.trained_until, found.fit.usable_until) == (moment(9 * DAY), None)
    assert (found.dataset, found.snapshot, found.commit, found.seed) == ("d" * 64, "5" * 64, "c0ffee", 1)
    assert learned(trained, "trees/3", 9 * DAY, 0.61).fit is None
