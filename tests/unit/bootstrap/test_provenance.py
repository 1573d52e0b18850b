"""A run names the code of the folder that it was started in."""

import subprocess

from mbats import __version__
from mbats.bootstrap.provenance import code_commit


def test_the_commit_is_that_of_the_working_folder_as_it_is_now(tmp_path, monkeypatch):
    bare, repository = tmp_path / "bare", tmp_path / "repository"
    bare.mkdir()
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    (repository / "strategy.py").write_text("RSI = 14\n")
    identity = ["-c", "user.name=quant", "-c", "user.email=quant@localhost"]
    subprocess.run(["git", "-C", str(repository), "add", "."], check=True)
    subprocess.run(["git", "-C", str(repository), *identity, "commit", "-qm", "A strategy"], check=True)
    monkeypatch.chdir(bare)
    assert code_commit() == f"mbats {__version__}"
    monkeypatch.chdir(repository)
    assert len(code_commit()) == 12
