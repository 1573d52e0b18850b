"""The table of limits that people read is the one that is in force."""

import re

from mbats.portfolio.limits import Limits, account_limits


def test_the_documented_limits_are_the_usual_ones(repository):
    text = (repository / "docs" / "live.md").read_text()
    assert dict(re.findall(r"^\| `(\w+)` \| (\S+) \|", text, re.MULTILINE)) == Limits().plain()


def test_the_documented_limits_of_an_account_are_its_usual_ones(repository):
    text = (repository / "docs" / "live.md").read_text()
    told = re.search(r"only an `exposure` of (\d+), a `daily_loss` of (\d+) and a\n`drawdown` of (\d+)", text)
    usual = {name: value for name, value in account_limits({}).plain().items() if value != "off"}
    assert list(told.groups()) == [usual[name] for name in ("exposure", "daily_loss", "drawdown")]
    assert set(usual) == {"exposure", "daily_loss", "drawdown", "reset", "zone"}
