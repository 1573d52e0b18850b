import json
import logging

import pytest

from mbats.logs import JsonLines, TextLines, bound, configure


def record(**extra: object) -> logging.LogRecord:
    made = logging.LogRecord("mbats.import", logging.INFO, "file.py", 1, "%d bars", (7,), None)
    made.created = 0.25
    vars(made).update(extra)
    return made


def test_a_json_line_carries_message_facts_and_bound_ids() -> None:
    with bound(run="a1"), bound(session="s1"):
        line = json.loads(JsonLines().format(record(rows=3)))
    assert line == {
        "time": "1970-01-01T00:00:00.250+00:00",
        "level": "info",
        "logger": "mbats.import",
        "message": "7 bars",
        "run": "a1",
        "session": "s1",
        "rows": 3,
    }


def test_ids_end_with_their_context() -> None:
    with bound(run="a1"):
        pass
    assert "run" not in json.loads(JsonLines().format(record()))


def test_a_text_line_carries_the_same() -> None:
    with bound(run="a1"):
        assert TextLines().format(record(rows=3)) == "00:00:00 info 7 bars run=a1 rows=3"


def test_lines_go_to_stderr_from_the_level_up(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "text")
    logging.getLogger("mbats.cli").info("seen")
    logging.getLogger("mbats.cli").debug("not seen")
    out, err = capsys.readouterr()
    assert out == ""
    assert "seen" in err
    assert "not seen" not in err
