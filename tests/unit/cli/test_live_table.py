import json

import pytest

from mbats.cli.live_table import show_sessions


def test_people_are_told_that_there_is_no_session_and_machines_get_an_empty_list(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_sessions([], as_json=False)
    assert capsys.readouterr().out == "No session is under way.\n"
    show_sessions([], as_json=True)
    assert json.loads(capsys.readouterr().out) == []
