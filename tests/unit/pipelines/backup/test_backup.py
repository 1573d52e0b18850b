"""A backup is whole or none, and a restore either takes place or leaves everything as it was."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from fakes.object_store import FakeObjectStore
from fakes.stack_databases import FakeStackDatabases
from mbats.clock import SimulatedClock
from mbats.errors.backup import (
    BackupDamaged,
    BackupTooNew,
    RestoreDiffers,
    StackHasContent,
    StackInUse,
    UnknownBackup,
)
from mbats.errors.database import DatabaseUnreachable
from mbats.errors.snapshot import ObjectStoreFull
from mbats.pipelines.backup import backing_up
from mbats.pipelines.backup.backing_up import Source, Stack, back_up
from mbats.pipelines.backup.databases import Content
from mbats.pipelines.backup.restoring import restore
from mbats.pipelines.backup.shelf import POOL, Shelf

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


class Watched(FakeObjectStore):
    """Remembers what was read, and has room for so many writes."""

    def __init__(self, room=10**9):
        super().__init__()
        self.read, self.room = [], room

    def get(self, key):
        self.read.append(key)
        return super().get(key)

    def put(self, key, content):
        self.room -= 1
        if self.room < 0:
            raise ObjectStoreFull(url="vault", why="no space left on device")
        super().put(key, content)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(backing_up, "PIECE", 16)


@pytest.fixture
def stack():
    databases = FakeStackDatabases(
        risk={"run": ["first", "second"]}, secmaster={"bar": ["a" * 50]}, airflow={"dag": []}
    )
    objects, files = Watched(), FakeObjectStore()
    for number in range(3):
        objects.put(f"models/{number}", b"model %d" % number)
    objects.put("models/twin", b"model 0")
    files.put("strategies/mine.py", b"mine")
    files.put("objects/not-mine", b"others'")
    return Stack(databases, {"objects": Source(objects), "files": Source(files, ("strategies/",))})


@pytest.fixture
def shelf():
    return Shelf(Watched(), "the vault")


def taken(stack, shelf, hours=0):
    clock = SimulatedClock(NOON + timedelta(hours=hours))
    return back_up(stack, shelf, clock, ("0.1", "18.6"), lambda _: None)


def brought(stack, shelf, *, over=True, name=""):
    restore(stack, shelf, shelf.manifest(name), over=over, told=lambda _: None)


def test_a_backup_brings_everything_back_and_nothing_that_is_not_the_stacks(stack, shelf):
    manifest = taken(stack, shelf)
    assert shelf.names() == [manifest.name] == ["20260102T120000Z"]
    assert shelf.manifest() == manifest
    assert len(manifest.databases["secmaster"].parts) > 1
    assert list(manifest.objects["files"]) == ["strategies/mine.py"]
    assert len(shelf.vault.keys(POOL)) == 4
    empty = Stack(FakeStackDatabases(), {"objects": Source(Watched()), "files": Source(FakeObjectStore())})
    brought(empty, shelf, over=False)
    assert empty.databases.databases == stack.databases.databases
    assert empty.databases.migrated == ["airflow", "risk", "secmaster"]
    assert empty.sources["objects"].store.objects == stack.sources["objects"].store.objects
    assert empty.sources["files"].store.objects == {"strategies/mine.py": b"mine"}


def test_the_next_backup_reads_only_what_has_changed(stack, shelf):
    taken(stack, shelf)
    store = stack.sources["objects"].store
    store.read.clear()
    store.replace("models/1", b"another")
    second = taken(stack, shelf, 1)
    assert store.read == ["models/1"]
    assert set(second.objects["objects"]) == set(store.keys(""))
    assert shelf.content(second.name, second.objects["objects"]["models/1"]) == b"another"


@pytest.mark.parametrize("room", range(12))
def test_a_full_disk_leaves_no_half_of_a_backup(stack, room):
    shelf = Shelf(Watched(room), "the vault")
    with pytest.raises(ObjectStoreFull, match="no room left"):
        taken(stack, shelf)
    assert not shelf.vault.keys("taken/")


def test_what_a_kill_left_behind_is_no_backup_and_goes_with_the_next(stack, shelf):
    first = taken(stack, shelf)
    shelf.vault.put("taken/20260102T130000Z/risk/000000", b"half")
    assert shelf.names() == [first.name]
    assert shelf.tidy(14) == []
    assert {key.split("/")[1] for key in shelf.vault.keys("taken/")} == {first.name}


def test_old_backups_go_and_objects_that_only_they_held(stack, shelf):
    store = stack.sources["objects"].store
    names = []
    for hour in range(4):
        store.replace("control/today", b"%d" % hour)
        names.append(taken(stack, shelf, hour).name)
    pooled = len(shelf.vault.keys(POOL))
    assert shelf.tidy(2) == names[:2]
    assert shelf.names() == names[2:]
    assert len(shelf.vault.keys(POOL)) == pooled - 2
    for name in names[2:]:
        brought(stack, shelf, name=name)
    with pytest.raises(UnknownBackup, match=names[0]):
        shelf.manifest(names[0])


def test_a_restore_says_what_would_be_lost(stack, shelf):
    taken(stack, shelf)
    with pytest.raises(StackHasContent, match=r"holds 2 runs\. A restore[^.]*3 rows in 3 databases"):
        brought(stack, shelf, over=False)
    stack.databases.connected = {"airflow": 3}
    with pytest.raises(StackInUse, match=r"airflow \(3\)"):
        brought(stack, shelf)


def test_what_is_damaged_or_missing_is_noticed_before_anything_is_touched(stack, shelf):
    manifest = taken(stack, shelf)
    stack.databases.databases["risk"] = {"run": ["newer"]}
    keys = [part.key for one in manifest.databases.values() for part in one.parts] + shelf.vault.keys(POOL)
    for key in keys:
        whole = shelf.vault.objects.pop(key)
        for instead in (None, whole[:-1]):
            if instead is not None:
                shelf.vault.replace(key, instead)
            with pytest.raises(BackupDamaged, match=key):
                brought(stack, shelf)
        shelf.vault.replace(key, whole)
    assert stack.databases.databases["risk"] == {"run": ["newer"]}
    assert not stack.databases.beside


def test_a_table_that_comes_back_otherwise_stops_the_restore(stack, shelf, monkeypatch):
    taken(stack, shelf)
    original = stack.databases.restore_beside

    def losing(name, owner, chunks):
        return original(name, owner, chunks) | ({"bar": Content(0, "")} if name == "secmaster" else {})

    monkeypatch.setattr(stack.databases, "restore_beside", losing)
    with pytest.raises(RestoreDiffers, match=r"secmaster.*: bar\."):
        brought(stack, shelf)
    assert not stack.databases.beside


def test_a_restore_that_fails_late_leaves_databases_and_changed_objects_as_they_were(stack, shelf):
    taken(stack, shelf)
    store = stack.sources["objects"].store
    stack.databases.databases["risk"] = {"run": ["newer"]}
    store.replace("models/1", b"newer")
    store.remove("models/2")
    stack.databases.trouble = DatabaseUnreachable(address="risk", cause="gone")
    with pytest.raises(DatabaseUnreachable):
        brought(stack, shelf)
    assert stack.databases.databases["risk"] == {"run": ["newer"]}
    assert store.get("models/1") == b"newer"
    stack.databases.trouble = None
    brought(stack, shelf)
    assert stack.databases.databases["risk"] == {"run": ["first", "second"]}
    assert [store.get(f"models/{number}") for number in (1, 2)] == [b"model 1", b"model 2"]


def test_a_backup_of_a_newer_mbats_or_a_broken_one_is_refused(stack, shelf):
    name = taken(stack, shelf).name
    document = json.loads(shelf.vault.get(f"taken/{name}/manifest.json"))
    shelf.vault.replace(f"taken/{name}/manifest.json", json.dumps(document | {"format": 2}).encode())
    with pytest.raises(BackupTooNew, match="upgrade"):
        shelf.manifest()
    shelf.vault.replace(f"taken/{name}/manifest.json", b"{")
    with pytest.raises(BackupDamaged, match="manifest"):
        shelf.manifest()
