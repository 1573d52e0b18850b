"""A command that is to run on the stack says so where there is none."""

import pytest

from mbats.cli import run


@pytest.mark.parametrize(
    ("words", "code", "told"), [(["data", "list", "--json"], 1, "run commands on"), ([], 2, "COMMAND")]
)
def test_there_has_to_be_a_stack_and_a_command(words, code, told, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("MBATS_HOME", str(tmp_path))
    assert run(["stack", "run", *words]) == code
    assert told in capsys.readouterr().err
