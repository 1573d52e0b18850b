from dataclasses import replace

from mbats.models.prosecution.finding import Charge
from mbats.models.prosecution.line import prosecute_line
from mbats.models.version import Fit

LINE = (Fit(0, 100, 100, 200, "a", "skops"), Fit(0, 190, 200, None, "b", "skops"))


def test_fits_that_wait_for_their_labels_and_for_each_other_are_honest():
    assert prosecute_line(LINE) == []


def test_a_fit_that_decides_before_its_labels_were_known_is_named():
    [found] = prosecute_line((LINE[0], replace(LINE[1], trained_until=201)))
    assert (found.name, found.subject, found.time) == (Charge.USED_TOO_EARLY, "fit 2", 200)


def test_two_fits_that_decide_at_once_are_named():
    for until in (201, None):
        [found] = prosecute_line((replace(LINE[0], usable_until=until), LINE[1]))
        assert "while the fit before it still does" in found.detail
