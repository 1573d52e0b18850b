"""What every object store must do; the fake, the folder and a real S3 server are held to it."""

import pytest

from fakes.object_store import FakeObjectStore
from mbats.adapters.objects.folder import FolderObjectStore
from mbats.adapters.objects.store import FsspecObjectStore, open_store
from mbats.errors.snapshot import ObjectExists, ObjectMissing, ObjectStoreUnknown, ObjectStoreUnreachable


class ObjectStoreContract:
    """Inherit and give a fixture `store`: an empty store."""

    def test_gives_back_what_was_put(self, store):
        store.put("tables/a", b"bars")
        assert store.get("tables/a") == b"bars"
        assert store.exists("tables/a")

    def test_holds_empty_and_large_content(self, store):
        large = bytes(range(256)) * 40_000
        store.put("empty", b"")
        store.put("large", large)
        assert (store.get("empty"), store.get("large")) == (b"", large)

    def test_takes_the_same_content_again(self, store):
        store.put("tables/a", b"bars")
        store.put("tables/a", b"bars")
        assert store.keys("") == ["tables/a"]

    def test_overwrites_nothing(self, store):
        store.put("tables/a", b"bars")
        with pytest.raises(ObjectExists, match="tables/a"):
            store.put("tables/a", b"other")
        assert store.get("tables/a") == b"bars"

    def test_names_what_is_missing(self, store):
        assert not store.exists("tables/a")
        with pytest.raises(ObjectMissing, match="tables/a"):
            store.get("tables/a")

    def test_a_folder_is_no_object(self, store):
        store.put("tables/a", b"bars")
        assert not store.exists("tables")
        with pytest.raises(ObjectMissing):
            store.get("tables")

    def test_lists_by_the_beginning_of_a_key(self, store):
        assert store.keys("snapshots/") == []
        for key in ("snapshots/abd", "snapshots/abc", "snapshots/b", "tables/abc"):
            store.put(key, b"x")
        assert store.keys("snapshots/ab") == ["snapshots/abc", "snapshots/abd"]
        assert store.keys("snapshots/") == ["snapshots/abc", "snapshots/abd", "snapshots/b"]
        assert len(store.keys("")) == 4

    def test_replaces_and_removes_where_it_is_asked_to(self, store):
        store.put("tables/a", b"bars")
        store.put("tables/b", b"more")
        before = store.stamps("tables/")
        store.replace("tables/a", b"other")
        after = store.stamps("tables/")
        assert store.get("tables/a") == b"other"
        assert list(after) == ["tables/a", "tables/b"]
        assert [before[key] == after[key] for key in after] == [False, True]
        for _ in range(2):
            store.remove("tables/a")
            assert store.keys("") == ["tables/b"]


class TestFake(ObjectStoreContract):
    @pytest.fixture
    def store(self):
        return FakeObjectStore()


class TestFolder(ObjectStoreContract):
    @pytest.fixture
    def store(self, tmp_path):
        return open_store(str(tmp_path / "objects"))

    def test_leaves_nothing_unfinished(self, store, tmp_path):
        store.put("tables/a", b"bars")
        (tmp_path / "objects" / "tables" / "b.0.unfinished").write_bytes(b"half")
        assert [path.name for path in (tmp_path / "objects" / "tables").iterdir() if "a" in path.name[:1]] == ["a"]
        assert store.keys("") == ["tables/a"]

    def test_says_why_a_folder_cannot_be_written(self, tmp_path):
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(ObjectStoreUnreachable, match="MBATS_OBJECT_STORE"):
            open_store(str(tmp_path / "file")).put("tables/a", b"bars")

    def test_is_found_by_its_url_too(self, store, tmp_path):
        store.put("tables/a", b"bars")
        named = open_store((tmp_path / "objects").as_uri())
        assert isinstance(named, FolderObjectStore)
        assert named.get("tables/a") == b"bars"

    def test_knows_no_other_scheme(self):
        with pytest.raises(ObjectStoreUnknown, match="carrier-pigeon"):
            open_store("carrier-pigeon://loft")


class TestS3(ObjectStoreContract):
    @pytest.fixture
    def store(self, s3_bucket):
        url, options = s3_bucket
        return FsspecObjectStore(url, **options)

    def test_takes_address_and_credentials_from_the_environment(self, s3_bucket, monkeypatch):
        url, server = s3_bucket
        monkeypatch.setenv("AWS_ENDPOINT_URL", server["endpoint_url"])
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", server["key"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server["secret"])
        store = FsspecObjectStore(url, skip_instance_cache=True)
        store.put("tables/a", b"bars")
        assert store.get("tables/a") == b"bars"

    def test_says_that_credentials_are_wrong(self, s3_bucket):
        url, server = s3_bucket
        store = FsspecObjectStore(url, **{**server, "secret": "wrong"})
        with pytest.raises(ObjectStoreUnreachable, match="AWS_SECRET_ACCESS_KEY") as caught:
            store.put("tables/a", b"bars")
        assert "wrong" not in str(caught.value)

    def test_says_that_nobody_answers(self):
        options = {"endpoint_url": "http://127.0.0.1:9", "key": "a", "secret": "b"}
        store = FsspecObjectStore("s3://bucket/mbats", config_kwargs={"retries": {"max_attempts": 0}}, **options)
        with pytest.raises(ObjectStoreUnreachable, match="AWS_ENDPOINT_URL"):
            store.get("tables/a")
