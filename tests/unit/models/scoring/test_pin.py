import pytest

from mbats.errors.scoring import PinUnreadable
from mbats.models.scoring.pin import Pin

ID = "0123456789abcdef" * 4


def test_a_pin_reads_as_it_is_written():
    pin = Pin("eur-trend.2", 12, ID)
    assert str(pin) == f"eur-trend.2/12#{ID}"
    assert Pin.read(str(pin)) == pin
    assert Pin.is_one(str(pin))
    assert not Pin.is_one("eur-trend.2@champion")


@pytest.mark.parametrize("text", ["trend", "trend/1", f"trend#{ID}", "trend/1#abc", f"trend/x#{ID}"])
def test_what_pins_nothing_is_refused(text):
    with pytest.raises(PinUnreadable, match="pins no version"):
        Pin.read(text)
