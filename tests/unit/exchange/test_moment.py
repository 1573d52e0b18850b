import pytest

from mbats.exchange.moment import Moment


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2024-03-04T10:00:00Z", "2024-03-04T10:00:00.000000000Z"),
        ("2024-03-04T10:00:00.123456789Z", "2024-03-04T10:00:00.123456789Z"),
        ("2024-03-04T10:00:00+02:00", "2024-03-04T08:00:00.000000000Z"),
        ("2024-03-04 10:00:00", "2024-03-04T10:00:00.000000000Z"),
        ("1502463871.639182352", "2017-08-11T15:04:31.639182352Z"),
        ("0", "1970-01-01T00:00:00.000000000Z"),
    ],
)
def test_both_formats_are_read_and_written_to_the_nanosecond(text, shown):
    moment = Moment.parse(text)
    assert moment.rfc3339() == shown
    assert Moment.parse(moment.unix()) == Moment.parse(shown) == moment


@pytest.mark.parametrize("text", ["", "noon", "2024-13-01T00:00:00Z", "2024-03-04", "-1", "1e9", "99999999999999"])
def test_anything_else_is_none(text):
    with pytest.raises(ValueError, match=r".+"):
        Moment.parse(text)
