"""Airflow's side of an ``mbats`` command, over a small program of our own."""

import json
import stat
import sys
import time
from threading import Thread

import pytest

from mbats.stack.dags import commands
from mbats.stack.services.airflow import AIRFLOW, PARTS

PROGRAM = f"""#!{sys.executable}
import json, os, signal, sys, time
print("working", file=sys.stderr)
match sys.argv[1:]:
    case ["exit", code]:
        sys.exit(int(code))
    case ["die"]:
        os.kill(os.getpid(), signal.SIGKILL)
    case ["wait", file]:
        open(file, "w").write(str(os.getpid()))
        time.sleep(60)
    case _:
        print(json.dumps({{"arguments": sys.argv[1:], "variables": dict(os.environ), "folder": os.getcwd()}}))
"""


@pytest.fixture(autouse=True)
def program(tmp_path, monkeypatch):
    file = tmp_path / "mbats"
    file.write_text(PROGRAM)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "mbats.env").write_text(f"MBATS_HOME={tmp_path}/home\nMBATS_DATABASE_URL=postgresql://a:b=c@h/d\n")
    monkeypatch.setenv("MBATS_PROGRAM", str(file))
    monkeypatch.setenv("MBATS_VARIABLES", str(tmp_path / "mbats.env"))
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "secret")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")


def test_arguments_arrive_as_they_are_and_no_shell_sees_them(tmp_path):
    words = ["data", "ingest", "$(touch x)", "a b", "; exit 7", ""]
    told = commands.document(*words)
    assert told["arguments"] == [*words, "--json"]
    assert told["folder"] == f"{tmp_path}/home"


def test_only_the_variables_of_the_file_reach_it():
    names = set(commands.document()["variables"]) - {"PATH", "LANG", "TZ", "LC_CTYPE"}
    assert names == {"MBATS_HOME", "MBATS_DATABASE_URL"}
    assert commands.variables()["MBATS_DATABASE_URL"] == "postgresql://a:b=c@h/d"


@pytest.mark.parametrize("code", [1, 2])
def test_what_a_person_has_to_mend_is_refused(code):
    with pytest.raises(commands.Refused, match=rf"mbats exit {code} ended with {code}\nworking"):
        commands.run("exit", str(code))


@pytest.mark.parametrize(
    ("words", "ending"),
    [(["exit", "3"], "with 3"), (["exit", "75"], "75"), (["exit", "130"], "130"), (["die"], "signal 9")],
)
def test_a_bug_and_a_signal_may_be_tried_again(words, ending):
    with pytest.raises(commands.Broken, match=ending):
        commands.run(*words)


def test_progress_is_passed_on(capsys):
    assert json.loads(commands.run("x"))["arguments"] == ["x"]
    assert capsys.readouterr().err == "working\n"


def stopped(file):
    with pytest.raises(commands.Broken):
        commands.run("wait", file)


def test_a_stopped_task_leaves_no_command_behind(tmp_path, monkeypatch):
    begun = []
    original = commands.subprocess.Popen
    monkeypatch.setattr(commands.subprocess, "Popen", lambda *a, **k: begun.append(original(*a, **k)) or begun[-1])
    thread = Thread(target=stopped, args=(str(tmp_path / "there"),))
    thread.start()
    while not (tmp_path / "there").exists():
        time.sleep(0.01)
    commands._end(begun[0])
    thread.join(10)
    assert begun[0].returncode == -15


def test_airflow_itself_is_given_no_variable_of_ours():
    for service in (AIRFLOW, *PARTS):
        assert not {"MBATS_DATABASE_URL", "AWS_SECRET_ACCESS_KEY", "MLFLOW_TRACKING_PASSWORD"} & set(service.variables)
    assert "MBATS_DATABASE_URL=postgresql://" in AIRFLOW.files["mbats.env"]
