"""`mbats data` as a person types it, over a master and a store in memory."""

import json

import pytest

from fakes.object_store import FakeObjectStore
from fakes.security_master import FakeSecurityMaster
from mbats.bootstrap import wiring
from mbats.cli import run

HEAD = "time,open,high,low,close\n"


@pytest.fixture
def master(home, monkeypatch):
    master, objects = FakeSecurityMaster(), FakeObjectStore()
    monkeypatch.setattr(wiring, "security_master", lambda settings: master)
    monkeypatch.setattr(wiring, "object_store", lambda settings: objects)
    return master


@pytest.fixture
def hours(tmp_path, master):
    """A file of one Monday's hours."""
    rows = (f"2024-01-08 {hour:02}:00Z,1.1,1.2,1.0,1.1{hour:02}\n" for hour in range(24))
    (tmp_path / "acme_EUR_USD_H1.csv").write_text(HEAD + "".join(rows))
    return "acme_EUR_USD_H1.csv"


@pytest.fixture
def mbats(capsys):
    """Run a command; return its exit code, stdout and stderr."""

    def go(*arguments):
        code = run(["data", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return go


def test_from_file_to_snapshot(mbats, hours):
    code, out, err = mbats("import", hours)
    assert (code, "EUR_USD H1 (acme, ny17)" in out) == (0, True)
    assert "Next: mbats data check EUR_USD" in err
    code, out, err = mbats("list")
    assert (code, "EUR_USD" in out, "Next: mbats data check" in err) == (0, True, True)
    code, out, err = mbats("check", "EUR_USD")
    assert (code, "missing bars" in out) == (0, True)
    assert "Next: mbats data snapshot EUR_USD --timeframe H1 --vendor acme" in err
    code, out, err = mbats("snapshot", "EUR_USD", "--timeframe", "H1")
    assert code == 0
    assert "Next: mbats backtest run RsiBracket -s EUR_USD -t H1 --snapshot" in err
    assert err.rstrip().endswith("--spread 1"), "the bars have no quotes, and the costs need a spread"


def test_where_two_vendors_have_an_instrument_the_next_step_names_one(mbats, hours):
    assert "Next: mbats data check EUR_USD\n" in mbats("import", hours)[2]
    assert "Next: mbats data check EUR_USD --vendor desk\n" in mbats("import", hours, "--vendor", "desk")[2]


def test_json_is_one_document(mbats, hours):
    _, out, _ = mbats("import", hours, "--json")
    (count,) = json.loads(out)["stored"]
    assert (count["key"]["symbol"], count["inserted"]) == ("EUR_USD", 24)
    _, out, _ = mbats("list", "--json")
    assert json.loads(out)["bars"][0]["rows"] == 24
    _, out, _ = mbats("check", "--json")
    (verdict,) = json.loads(out)
    assert (verdict["severity"], verdict["bars"]) == ("ok", 24)
    _, out, _ = mbats("snapshot", "EUR_USD", "--timeframe", "H1", "--json")
    assert len(json.loads(out)["snapshot"]) == 64


def test_broken_data_ends_with_one(mbats, hours, tmp_path):
    rows = (tmp_path / hours).read_text().splitlines(keepends=True)
    (tmp_path / hours).write_text(rows[0] + "".join(rows[1::3]))
    mbats("import", hours, "--timeframe", "H1")
    code, out, _ = mbats("check")
    assert (code, "error" in out) == (1, True)


def test_a_user_mistake_is_an_error_without_a_traceback(mbats, master, tmp_path):
    (tmp_path / "acme_EUR_USD_H1.csv").write_text(HEAD + "2024-01-08 00:00,1,2,1,2\n")
    code, out, err = mbats("import", "acme_EUR_USD_H1.csv")
    assert (code, out) == (1, "")
    assert "error: acme_EUR_USD_H1.csv, row 2, time: '2024-01-08 00:00' names no time zone." in err
    assert "Traceback" not in err
    assert master.holdings() == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "x.csv", "--timeframe", "fortnight"), "no timeframe"),
        (("import", "x.csv", "--preset", "bloomberg"), "bloomberg"),
        (("import",), "FILES"),
        (("snapshot", "EUR_USD"), "--timeframe"),
    ],
)
def test_wrong_usage_is_two(mbats, master, arguments, says):
    code, _, err = mbats(*arguments)
    assert (code, says in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("check",), "mbats data import FILE"),
        (("check", "EUR_USD", "--start", "soon"), "2016-06-20"),
        (("snapshot", "EUR_USD", "--timeframe", "H1"), "mbats data import FILE"),
        (("import", "nowhere.csv"), "no such file"),
        (("import", "."), ". is a folder"),
        (("check", "--start", "2025", "--end", "2024"), "The end, 2024, does not lie after the start, 2025"),
        (("snapshot", "EUR_USD", "--timeframe", "H1", "--start", "2024", "--end", "2024"), "does not lie after"),
        (("reference", "EUR_USD", "--start", "2025", "--end", "2024"), "does not lie after"),
    ],
)
def test_an_expected_failure_is_one_with_its_remedy(mbats, hours, arguments, says):
    if "--start" in arguments:
        mbats("import", hours)
    code, _, err = mbats(*arguments)
    assert (code, says in err) == (1, True)


@pytest.mark.parametrize("command", ["import", "list", "check", "snapshot"])
def test_help_shows_an_example(mbats, command):
    code, out, _ = mbats(command, "--help")
    assert (code, f"mbats data {command}" in out.partition("Example:")[2]) == (0, True)


def test_a_range_without_bars_says_so(mbats, hours):
    mbats("import", hours)
    code, _, err = mbats("check", "--start", "2025")
    assert (code, "in that range" in err) == (1, True)
