import os

import pytest

from mbats.adapters.postgres import place
from mbats.adapters.postgres.account import ServerAccount
from mbats.adapters.postgres.place import Place

OURSELVES = ServerAccount(os.geteuid(), os.getegid(), borrowed=False)


def test_a_home_that_was_moved_finds_its_cluster(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    Place(old, old / "data", old / "socket").save()
    old.rename(new)
    assert place.load(new) == Place(new, new / "data", new / "socket")


def test_a_pointer_to_elsewhere_stays(tmp_path):
    elsewhere = Place(tmp_path, tmp_path.parent / "refuge/data", tmp_path.parent / "socket")
    elsewhere.save()
    assert place.load(tmp_path) == elsewhere


def test_there_is_no_place_before_there_is_one(tmp_path):
    assert place.load(tmp_path) is None


@pytest.fixture
def long_folder(tmp_path):
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    return folder


def test_a_socket_folder_that_somebody_opened_is_not_trusted(long_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(place.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(place, "_LONGEST_SOCKET", len(str(long_folder)))
    first = place.with_socket(place.choose(long_folder, OURSELVES), OURSELVES)
    assert place.with_socket(first, OURSELVES) == first
    first.socket.chmod(0o777)
    second = place.with_socket(first, OURSELVES)
    assert second.socket != first.socket
    assert second.socket.stat().st_mode & 0o777 == 0o700
