"""`mbats data ingest` and `mbats live check` as a person types them, over a v20 server of a few questions."""

import json
from contextlib import asynccontextmanager

import httpx
import pytest

from fakes.bars import bars
from fakes.security_master import FakeSecurityMaster
from fakes.v20 import ACCOUNT, TOKEN, FakeV20, NoTime
from mbats.adapters.oanda.venue import OandaVenue
from mbats.bootstrap import downloading, live_check, wiring
from mbats.cli import run
from mbats.cli.live_check import check


@pytest.fixture
def server(home, monkeypatch):
    server = FakeV20([bars("2024-01-08T00", 60), bars("2024-01-08T00", 60, timeframe="M1")])

    @asynccontextmanager
    async def venue(place):
        async with await OandaVenue.opened(place.access, server.transport(), NoTime()) as opened:
            yield opened

    monkeypatch.setattr(downloading, "venue", venue)
    monkeypatch.setattr(live_check, "venue", venue)
    monkeypatch.setenv("MBATS_OANDA_TOKEN", TOKEN)
    return server


@pytest.fixture
def master(server, monkeypatch):
    master = FakeSecurityMaster()
    monkeypatch.setattr(wiring, "security_master", lambda settings: master)
    return master


@pytest.fixture
def ingest(master, capsys):
    def go(*arguments):
        code = run(["data", "ingest", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return go


def test_a_download_says_what_was_stored_and_what_to_type_next(ingest, master, monkeypatch):
    monkeypatch.setattr("sys.argv", ["mbats", "data", "ingest", "EUR_USD"])
    code, out, err = ingest("EUR_USD", "--since", "2024-01-08")
    assert (code, "EUR_USD H1 (oanda, ny17)" in out, " 60 " in out) == (0, True, True)
    assert "Next: mbats data check EUR_USD --timeframe H1 --vendor oanda" in err
    assert master.sources[0].command == "mbats data ingest EUR_USD"
    code, out, _ = ingest("EUR_USD", "--since", "2024-01-08", "--json")
    (stored,) = json.loads(out)["stored"]
    assert (stored["read"], stored["inserted"], stored["unchanged"]) == (11, 0, 11)


def test_a_dry_run_tells_the_plan_and_stores_nothing(ingest, master, server):
    code, out, _ = ingest("EUR_USD", "--since", "2024-01-08", "--dry-run")
    assert (code, "2024-01-08 00:00:00Z" in out) == (0, True)
    assert not master.holdings()
    assert json.loads(ingest("EUR_USD", "--since", "2024-01-08", "--dry-run", "--json")[1])["lacking"][0]["pages"] == 1


def test_a_control_file_names_what_is_wanted(ingest, master, tmp_path):
    lines = ("instrument,vendor,timeframe,start,enabled", "EUR_USD,oanda,M1,2024-01-08,yes", "EUR_USD,,H1,2024-01-08,")
    (tmp_path / "wanted.csv").write_text("\n".join((*lines, "GBP_USD,oanda,H1,2024-01-08,no")))
    assert ingest("--control", "wanted.csv")[0] == 0
    assert [str(holding.key.timeframe) for holding in master.holdings()] == ["H1", "M1"]
    (tmp_path / "wanted.csv").write_text("\n".join((lines[0], "EURUSD,oanda,M1,soon,yes")))
    code, _, err = ingest("--control", "wanted.csv")
    assert (code, "wanted.csv, row 2, column start: 'soon'" in err) == (1, True)


def test_wrong_words_are_explained(ingest, server):
    assert ingest("--control", "wanted.csv", "EUR_USD")[0] == 2
    assert "mbats data ingest EUR_USD" in ingest()[2]
    code, _, err = ingest("EUR_XYZ")
    assert (code, "does not offer EUR_XYZ" in err) == (1, True)
    code, _, err = ingest("EUR_USD", "--timeframe", "M3")
    assert (code, "M1, M2, M4" in err) == (1, True)
    code, _, err = ingest("EUR_USD", "--vendor", "paper")
    assert (code, "mbats exchange serve" in err) == (1, True)
    server.answers["/accounts"] = [httpx.Response(401, json={})]
    code, _, err = ingest("EUR_USD")
    assert (code, "MBATS_OANDA_TOKEN" in err) == (1, True)
    assert TOKEN not in err


def account(hedging):
    names = ("balance", "NAV", "marginUsed", "marginAvailable", "marginCloseoutPercent")
    facts = {"id": ACCOUNT, "currency": "USD", "lastTransactionID": "3", "hedgingEnabled": hedging}
    return httpx.Response(200, json={"account": facts | dict.fromkeys(names, "1.0000") | {"trades": [], "orders": []}})


@pytest.mark.parametrize(("hedging", "code"), [(False, 0), (True, 1)])
def test_the_check_ends_with_one_where_trading_would_go_wrong(server, capsys, hedging, code):
    server.answers["/"] = [account(hedging), account(hedging)]
    assert check.main([], standalone_mode=False) == code
    out, _ = capsys.readouterr()
    assert ("netting" in out, "practice: nothing real is at stake" in out) == (True, True)
    check.main(["--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr()[0])["ok"] is not hedging
