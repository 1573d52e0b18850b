"""The watchdog closes a paper account, with the market open and after a halt."""

import json

from mbats.cli import run


def test_everything_is_closed_and_the_time_is_told(home, capsys):
    assert run(["live", "drill", "--every", "0.1", "--halt", "0.5", "--json"]) == 0
    opened, halted = json.loads(capsys.readouterr().out)
    assert (opened["trades"], halted["trades"]) == (3, 3)
    assert 0.1 <= opened["noticed"] <= opened["flat"] < 20
    assert halted["flat"] > 0
    assert not home.exists()  # nothing of the user's was touched
