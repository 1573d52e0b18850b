from decimal import Decimal

from mbats.adapters.files.beacon import FolderBeacon
from mbats.clock import SystemClock
from mbats.live.beacon import Beat

BEAT = Beat(5, 17, {"EUR_USD": Decimal(-1000)}, Decimal("100000.1234"), None, "running")


def test_a_beat_is_heard_as_it_was_sent(tmp_path):
    beacon = FolderBeacon(tmp_path / "live", SystemClock())
    assert beacon.heard("a") is None
    beacon.beat("a", BEAT)
    heard, age = beacon.heard("a")
    assert heard == BEAT
    assert age < 60
    assert (tmp_path / "live" / "a.beat").stat().st_mode & 0o777 == 0o600


def test_what_is_meant_to_last_is_not_released(tmp_path):
    beacon = FolderBeacon(tmp_path, SystemClock())
    beacon.latch("a", "blind", lasting=False)
    beacon.latch("a", "later", lasting=False)
    assert beacon.latched("a") == "blind"
    beacon.latch("a", "a loss", lasting=True)
    beacon.release("a")
    assert beacon.latched("a") == "a loss"
    assert beacon.latched("b") is None


def test_a_latch_that_cannot_be_read_holds(tmp_path):
    (tmp_path / "a.latch").mkdir()
    assert "cannot be read" in FolderBeacon(tmp_path, SystemClock()).latched("a")


def test_a_torn_beat_is_none_and_a_full_disk_no_failure(tmp_path, caplog):
    beacon = FolderBeacon(tmp_path, SystemClock())
    (tmp_path / "a.beat").write_text('{"time": 5')
    assert beacon.heard("a") is None
    (tmp_path / "file").write_text("")
    FolderBeacon(tmp_path / "file", SystemClock()).beat("a", BEAT)
    assert "cannot be written" in caplog.text
