"""Secrets that are drawn wait beside those in force until they are accepted."""

import json
import stat

import pytest

from mbats.stack.compose.engine import Engine
from mbats.stack.compose.safe import ContainedSafe
from mbats.stack.safe import FileSafe, main

KNOWN = {"jupyter": "j", "postgres": "p"}


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps(KNOWN))
    return file


def test_what_is_drawn_is_in_force_once_it_is_accepted(file):
    safe = FileSafe(file)
    assert safe.drawn() == {}
    drawn = safe.draw(["jupyter"])
    assert drawn["postgres"] == "p"
    assert len(drawn["jupyter"]) > 40
    assert (safe.known(), safe.drawn()) == (KNOWN, drawn)
    assert safe.accept() == safe.known() == drawn
    assert safe.drawn() == {}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_safe_in_a_container_answers_as_one_here(file, tmp_path, monkeypatch, capsys):
    def answer(_, *words):
        assert words[:5] == ("run", "--rm", "--no-deps", "-T", "secrets")
        assert words[6:9] == ("-m", "mbats.stack.safe", "/srv/secrets/secrets.json")
        main(str(file), *words[9:])
        return capsys.readouterr().out

    monkeypatch.setattr(Engine, "answer", answer)
    safe = ContainedSafe(Engine(("docker", "compose"), tmp_path))
    drawn = safe.draw(["jupyter"])
    assert (safe.known(), safe.drawn()) == (KNOWN, drawn)
    assert safe.accept() == FileSafe(file).known() == drawn
