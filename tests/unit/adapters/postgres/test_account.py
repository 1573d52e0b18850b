import os

import pytest

from mbats.adapters.postgres.account import ServerAccount, server_account

STRANGER = ServerAccount(uid=65_533, gid=65_533, borrowed=True)


@pytest.fixture
def open_folder(tmp_path):
    """A folder whose own mode decides: `tmp_path` itself is closed to strangers, so judge by what lies below."""
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    return folder


def test_an_ordinary_user_runs_the_server_himself(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "getegid", lambda: 100)
    account = server_account(tmp_path / "data")
    assert (account.uid, account.gid, account.borrowed, account.launch_options) == (1000, 100, False, {})
    assert account.reaches(tmp_path)


def test_root_borrows_an_account_without_its_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    account = server_account(tmp_path / "data")
    assert account.borrowed
    assert account.uid != 0
    assert account.launch_options == {"user": account.uid, "group": account.gid, "extra_groups": []}


def test_one_closed_folder_on_the_way_is_enough(open_folder):
    reachable = STRANGER.reaches(open_folder)
    inner = open_folder / "inner"
    inner.mkdir()
    open_folder.chmod(0o700)
    assert not STRANGER.reaches(inner)
    assert not reachable or STRANGER.reaches(open_folder.parent)


def test_the_owners_bits_count_for_the_owner(tmp_path):
    status = tmp_path.stat()
    owner = ServerAccount(status.st_uid, status.st_gid, borrowed=True)
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    assert owner._permits(secret, 0o4)
    assert not STRANGER._permits(secret, 0o4)
    secret.chmod(0o004)
    assert not owner._permits(secret, 0o4)
    assert STRANGER._permits(secret, 0o4)


def test_a_private_folder_is_no_link_and_has_mode_700(tmp_path):
    status = tmp_path.stat()
    owner = ServerAccount(status.st_uid, status.st_gid, borrowed=True)
    folder, link = tmp_path / "folder", tmp_path / "link"
    folder.mkdir(mode=0o700)
    link.symlink_to(folder)
    assert owner.owns_privately(folder)
    assert not owner.owns_privately(link)
    assert not STRANGER.owns_privately(folder)
    assert not owner.owns_privately(tmp_path / "missing")
    folder.chmod(0o750)
    assert not owner.owns_privately(folder)
