"""0 done, 1 a failure, 2 wrong usage, 3 a bug, 75 try later, 130 interrupted: scripts and schedulers rely on it."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from mbats import __version__, cli
from mbats.errors import MbatsError
from mbats.errors.database import DatabaseUnreachable
from mbats.errors.snapshot import ObjectStoreUnreachable


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, home: Path) -> object:
    """Let ``mbats fail`` do whatever a test puts in."""

    def install(action: object) -> None:
        module = import_module("types").ModuleType("mbats.cli.fail")
        module.fail = click.Command("fail", callback=action)
        monkeypatch.setitem(sys.modules, "mbats.cli.fail", module)
        monkeypatch.setitem(cli.COMMANDS, "fail", ("mbats.cli.fail:fail", "Fail."))

    return install


def raising(error: BaseException) -> object:
    def action() -> None:
        raise error

    return action


def test_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"mbats, version {__version__}\n"


def test_an_expected_failure_says_why_without_a_traceback(command, capsys: pytest.CaptureFixture[str]) -> None:
    command(raising(MbatsError(why="the file is not there")))
    assert cli.run(["fail"]) == 1
    assert capsys.readouterr().err == "error: MBATS could not go on: the file is not there.\n"


@pytest.mark.parametrize(
    "away",
    [
        DatabaseUnreachable(address="risk", cause="connection refused"),
        ObjectStoreUnreachable(url="s3://desk", why="connection refused"),
    ],
    ids=repr,
)
def test_a_service_that_does_not_answer_may_be_asked_again(command, away, capsys: pytest.CaptureFixture[str]) -> None:
    command(raising(away))
    assert cli.run(["fail"]) == 75
    assert "does not answer" in capsys.readouterr().err


def test_a_command_may_choose_its_code(command) -> None:
    command(lambda: click.get_current_context().exit(1))
    assert cli.run(["fail"]) == 1


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["config", "nonsense"], ["config", "show", "x"]])
def test_wrong_usage(arguments: list[str], home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    assert "Usage: mbats" in capsys.readouterr().err


def test_a_bug_leaves_its_traceback_in_a_private_file(
    command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    command(raising(ZeroDivisionError("by nought")))
    assert cli.run(["fail"]) == 3
    (kept,) = tmp_path.glob("mbats-bug-*.txt")
    error = capsys.readouterr().err
    assert "ZeroDivisionError: by nought" in error
    assert str(kept) in error
    assert "Traceback" not in error
    assert "Traceback" in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_interrupted(command, capsys: pytest.CaptureFixture[str]) -> None:
    command(raising(KeyboardInterrupt()))
    assert cli.run(["fail"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_bad_setting_is_an_expected_failure(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("MBATS_DATABASE_URL", "nonsense")
    assert cli.run(["config", "show"]) == 1


def test_a_reader_that_leaves_early_is_no_bug(home: Path) -> None:
    shell = f"'{sys.executable}' -m mbats config show --json | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in {"0", "1"}
    assert "Broken pipe" not in done.stderr
    assert "bug" not in done.stderr


def test_help_imports_no_command_and_nothing_heavy() -> None:
    script = (
        "import sys; from mbats.cli import run; run(['--help']);"
        "print(sorted(name for name in sys.modules if name.startswith('mbats.')), file=sys.stderr);"
        "assert not {'rich', 'pandas', 'numpy', 'pydantic', 'pyarrow'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "mbats.cli.config" not in done.stderr
    assert "config" in done.stdout


def test_every_listed_command_exists_with_an_example_in_its_help(home: Path) -> None:
    root = cli.root.make_context("mbats", [], resilient_parsing=True)
    for name in cli.COMMANDS:
        command = cli.root.get_command(root, name)
        assert command is not None
        assert command.name == name
        assert "Example" in (command.help or "")


def test_config_show_in_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["config", "show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["MBATS_HOME"] == str(home)
