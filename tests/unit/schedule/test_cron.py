"""What passes here, no scheduler chokes on."""

import pytest

from mbats.schedule.cron import cron


@pytest.mark.parametrize(
    "words", ["* * * * *", "*/5 0-23/2 1,15 1-6 1-5", "0 17 29 2 *", "0 0 31 2 1", "59 23 31 12 0", "5/10 * * * *"]
)
def test_five_fields_stay_as_they_are(words):
    assert cron(words) == words


def test_usual_times_have_names_and_blanks_do_not_count():
    assert cron("@daily") == "0 0 * * *"
    assert cron(" 0  17 * * 1-5 ") == "0 17 * * 1-5"


@pytest.mark.parametrize(
    "words",
    [
        *("", "* * * *", "* * * * * *", "@reboot", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7"),
        *("*/0 * * * *", "5-1 * * * *", "a * * * *", "1,,2 * * * *", "0 0 30 2 *", "0 0 31 4,6 *", "MON * * * *"),
    ],
)
def test_anything_else_is_refused(words):
    with pytest.raises(ValueError, match=r"no time|never comes"):
        cron(words)
