import os

import pytest

from mbats.adapters.postgres import credentials
from mbats.errors.database import BrokenCredentials


def test_are_made_once_and_kept(tmp_path):
    file = tmp_path / "credentials.json"
    first = credentials.complete(file, ("a", "b"))
    assert credentials.complete(file, ("a", "b")) == first
    more = credentials.complete(file, ("a", "c"))
    assert (more["a"], more["b"], set(more)) == (first["a"], first["b"], {"a", "b", "c"})
    assert len(set(more.values())) == 3
    assert min(map(len, more.values())) >= 43


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_are_never_readable_by_others(tmp_path, umask):
    before = os.umask(umask)
    try:
        credentials.complete(tmp_path / "credentials.json", ("a",))
    finally:
        os.umask(before)
    assert (tmp_path / "credentials.json").stat().st_mode & 0o777 == 0o600


def test_a_file_left_by_a_killed_writer_is_replaced(tmp_path):
    (tmp_path / "credentials.draft").write_text("half")
    assert credentials.complete(tmp_path / "credentials.json", ("a",)) == credentials.read(
        tmp_path / "credentials.json"
    )


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_say_that_they_are_damaged(tmp_path, content):
    (tmp_path / "credentials.json").write_text(content)
    with pytest.raises(BrokenCredentials):
        credentials.complete(tmp_path / "credentials.json", ("a",))
