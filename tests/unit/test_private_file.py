import os
import stat

import pytest

from mbats import private_file
from mbats.errors.secrets import SecretsBroken


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_is_never_readable_by_others(tmp_path, umask):
    before = os.umask(umask)
    try:
        private_file.write(tmp_path / "new" / "token", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / "token").stat().st_mode) == 0o600


def test_a_file_that_was_open_to_others_is_so_no_more(tmp_path):
    file = tmp_path / "token"
    file.write_text("old")
    file.chmod(0o644)
    private_file.write(file, "new")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", 0o600)


def test_what_a_killed_writer_left_or_a_stranger_laid_there_is_no_obstacle(tmp_path):
    stranger = tmp_path / "elsewhere"
    draft = tmp_path / f"token.{os.getpid()}.draft"
    draft.symlink_to(stranger)
    private_file.write(tmp_path / "token", "x")
    assert not stranger.exists()
    assert not draft.is_symlink()


def test_secrets_are_made_once_and_kept(tmp_path):
    file = tmp_path / "secrets.json"
    first = private_file.complete(file, ("a", "b"))
    assert private_file.complete(file, ("a", "b")) == first
    more = private_file.complete(file, ("a", "c"))
    assert more.items() > first.items()
    assert set(more) == {"a", "b", "c"}
    assert len(set(more.values())) == 3
    assert {len(value) for value in more.values()} == {43}
    assert private_file.read(file) == more


def test_secrets_that_were_agreed_on_take_the_place_of_others(tmp_path):
    file = tmp_path / "secrets.json"
    private_file.complete(file, ("a", "b"))
    assert private_file.keep(file, {"a": "agreed"})["a"] == "agreed"
    written = file.stat().st_mtime_ns, file.stat().st_ino
    private_file.keep(file, {"a": "agreed"})
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == written


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a": 1}'])
def test_a_file_that_holds_something_else_is_named_and_left_alone(tmp_path, content):
    file = tmp_path / "secrets.json"
    file.write_text(content)
    with pytest.raises(SecretsBroken, match=str(file)):
        private_file.complete(file, ("a",))
    assert file.read_text() == content
