"""Docker's answers are understood, and its failures explained: a small program takes the engine's place on the PATH."""

import json
from pathlib import Path

import pytest

from mbats.errors.engine import ComposeFailed, ComposeMissing, EngineAsleep, EngineFull, EngineMissing
from mbats.stack.compose.engine import Engine

STATES = [
    {"Config": {"Labels": {"com.docker.compose.service": "mlflow"}}, "State": {"Status": "running"}},
    {
        "Config": {"Labels": {"com.docker.compose.service": "secrets", "com.docker.compose.oneoff": "True"}},
        "State": {"Status": "exited"},
    },
]


def put(folder: Path, name: str, lines: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{lines}\n")
    program.chmod(0o755)


@pytest.fixture
def programs(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def engine(tmp_path, programs):
    put(programs, "docker", 'case "$1" in version|compose) exit 0;; esac')
    return Engine.found(tmp_path, {"MBATS_PORT_MLFLOW": "5501"})


def test_a_machine_without_docker_is_told_what_to_do(tmp_path, programs):
    with pytest.raises(EngineMissing, match="--launcher native"):
        Engine.found(tmp_path, {})


def test_an_engine_that_does_not_answer_says_why(tmp_path, programs):
    put(programs, "docker", "echo 'permission denied while trying to connect' >&2; exit 1")
    with pytest.raises(EngineAsleep, match="answer: permission denied while trying to connect\\."):
        Engine.found(tmp_path, {})


def test_compose_is_a_plugin_or_a_program_of_its_own_or_missing(tmp_path, programs):
    put(programs, "docker", "exit 0")
    assert Engine.found(tmp_path, {}).compose == ("docker", "compose")
    put(programs, "docker", '[ "$1" = version ]')
    with pytest.raises(ComposeMissing):
        Engine.found(tmp_path, {})
    put(programs, "docker-compose", "exit 0")
    assert Engine.found(tmp_path, {}).compose == ("docker-compose",)


def test_compose_runs_beside_its_file_with_what_it_is_to_fill_in(engine, programs, tmp_path):
    put(programs, "docker", 'echo "$* in $(pwd) with $MBATS_PORT_MLFLOW $DOCKER_BUILDKIT"')
    told = []
    engine.run("up", "--build", told=told.append)
    assert told == [f"compose up --build in {tmp_path} with 5501 1"]


def test_a_failure_shows_the_end_of_what_was_said(engine, programs):
    put(
        programs,
        "docker",
        "i=0; while [ $i -lt 99 ]; do i=$((i+1)); echo line $i; done; echo no such package >&2; exit 17",
    )
    with pytest.raises(ComposeFailed, match="ended with 17") as failed:
        engine.run("up", told=lambda _: None)
    assert "no such package" in str(failed.value)
    assert "line 99" in str(failed.value)
    assert "line 9\n" not in str(failed.value)


def test_a_full_disk_is_called_so(engine, programs):
    put(programs, "docker", "echo 'failed to copy: write /var/lib/docker: no space left on device'; exit 1")
    with pytest.raises(EngineFull, match="docker system df"):
        engine.run("up", told=lambda _: None)


def test_containers_are_known_by_their_service_but_not_those_of_single_commands(engine, programs):
    put(programs, "docker", f"[ \"$1\" = inspect ] && echo '{json.dumps(STATES)}' || echo one two")
    assert engine.containers() == {"mlflow": {"Status": "running"}}


def test_nothing_is_asked_about_no_containers(engine, programs):
    put(programs, "docker", '[ "$1" = compose ]')
    assert engine.containers() == {}
