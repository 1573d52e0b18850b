"""A unit becomes its service: in a process of its own, as launchers start it."""

import json
import stat
import subprocess
import sys

import pytest

import mbats.stack.enter

SERVICE = """
import os, pathlib
print(sorted(name for name in os.environ if name not in ("LC_CTYPE", "LANG", "TZ")), os.environ["KEY"], os.getcwd())
print(pathlib.Path("steps").read_text().strip() if pathlib.Path("steps").exists() else "none")
"""


@pytest.fixture
def unit(tmp_path):
    return {
        "name": "service",
        "account": "",
        "folder": str(tmp_path / "folder"),
        "command": [sys.executable, "-c", SERVICE],
        "variables": {"KEY": "from the unit"},
        "files": {"deep/inside.ini": "password = x"},
        "first": [["step", ["sh", "-c", "echo taken >> steps"], ""]],
    }


def entered(unit, tmp_path, words=(), *, check=True):
    file = tmp_path / "unit.json"
    file.write_text(json.dumps(unit))
    command = [sys.executable, mbats.stack.enter.__file__, str(file), *words]
    return subprocess.run(command, capture_output=True, text=True, check=check, env={"PATH": "/usr/bin:/bin", "A": "b"})


def test_a_service_gets_its_own_environment_and_folder_and_nothing_else(unit, tmp_path):
    seen, steps = entered(unit, tmp_path).stdout.splitlines()
    assert seen == f"['HOME', 'KEY', 'PATH'] from the unit {tmp_path}/folder"
    assert steps == "taken"
    assert stat.S_IMODE((tmp_path / "folder/deep/inside.ini").stat().st_mode) == 0o600


def test_a_command_of_ones_own_has_the_services_environment_in_its_place(unit, tmp_path):
    words = [sys.executable, "-c", "import os, sys; print(os.environ['KEY'], sys.argv[1:])", "two words"]
    assert entered(unit, tmp_path, words).stdout == "from the unit ['two words']\n"
    assert not (tmp_path / "folder/steps").exists()


def test_a_first_step_is_taken_once_and_again_when_it_has_changed(unit, tmp_path):
    entered(unit, tmp_path)
    assert entered(unit, tmp_path).stdout.splitlines()[1:] == ["taken"]
    unit["first"][0][1][-1] = "echo again >> steps"
    assert entered(unit, tmp_path).stdout.splitlines()[1:] == ["taken", "again"]


def test_a_step_that_fails_keeps_the_service_from_starting_and_is_taken_again(unit, tmp_path):
    unit["first"][0] = ["step", ["sh", "-c", "mkdir draft && false"], str(tmp_path / "folder" / "draft")]
    assert entered(unit, tmp_path, check=False).returncode != 0
    unit["first"][0][1][-1] = "mkdir draft && echo taken >> steps"
    assert entered(unit, tmp_path).stdout.splitlines()[1:] == ["taken"]
