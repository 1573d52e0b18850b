import base64
import gzip
import json
from html.parser import HTMLParser

import numpy as np
import pytest

from mbats.ledger.run import LIVE
from mbats.market.reference.notice import NOTICE
from mbats.reports.cautions import Ambiguity
from mbats.reports.html import page

LOADERS = {"src", "href", "data", "action", "poster", "srcset", "background"}
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Document(HTMLParser):
    """What a browser would see: text by element id, scripts, and every address that would be loaded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text: dict[str, str] = {}
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.names: set[str] = set()
        self._open: list[tuple[str, str]] = []
        self.feed(text)
        assert not self._open, f"elements left open: {self._open}"

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.tags.append(tag)
        self.names.add(named.get("id", ""))
        self.addresses += [value for name, value in attrs if name in LOADERS]
        if tag not in VOID:
            self._open.append((tag, named.get("id", "")))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        for name in {name for _, name in self._open if name}:
            self.text[name] = self.text.get(name, "") + data

    def packed(self, name):
        return gzip.decompress(base64.b64decode(self.text[name]))

    @property
    def content(self):
        return json.loads(self.packed("content"))


@pytest.fixture
def written(run_of, forty_trips, bars_of):
    return Document(page(run_of(forty_trips), {"EUR_USD": bars_of()}))


def test_every_section_is_there(written):
    assert {"equity", "returns", "prices", "costs", "distributions", "trades", "provenance"} <= set(written.text)


def test_nothing_is_loaded_from_anywhere(written):
    assert written.addresses == ["data:,"]
    assert "iframe" not in written.tags


def test_a_policy_forbids_the_page_to_load_anything(run_of):
    assert "default-src 'none'" in page(run_of(), {})


def test_the_chart_library_travels_with_the_page(written):
    assert b"plotly.js v" in written.packed("plotly")[:200]


def test_every_chart_of_the_content_has_its_place(written):
    assert set(written.content["charts"]) < written.names


def test_trades_are_all_there_in_order(written, forty_trips):
    trades = written.content["trades"]
    assert trades["id"] == list(range(1, 41))
    assert trades["net"] == [round(trip.net, 8) for trip in forty_trips]
    assert trades["exit_reason"][:2] == ["stop loss", "take profit"]


def test_trades_know_the_bars_in_which_they_began_and_ended(written, forty_trips):
    rows = written.content["rows"]
    assert rows["entry"] == [trip.entry for trip in forty_trips]
    assert rows["exit"] == [trip.exit for trip in forty_trips]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", '" onload="x'])
def test_names_and_notes_from_users_are_text(run_of, forty_trips, bars_of, name):
    share = {"name": name, "parameters": {name: name}, "instruments": [name], "sizing": {"rule": name}, "code": name}
    hostile = {"strategies": (share,), "notes": (name,), "command": name, "snapshot": name, "commit": name}
    plain = Document(page(run_of(forty_trips), {"EUR_USD": bars_of()}))
    attacked = Document(page(run_of(forty_trips, info=hostile), {"EUR_USD": bars_of()}))
    assert attacked.tags.count("script") == plain.tags.count("script")
    assert "img" not in attacked.tags
    assert attacked.addresses == ["data:,"]
    assert attacked.text["command"] == name


def test_an_instrument_may_not_close_a_script(run_of, trip):
    symbol = "</script><b>_USD"
    document = Document(page(run_of([trip(1.0, symbol=symbol)], instruments=(symbol,)), {}))
    assert "b" not in document.tags
    assert document.content["trades"]["instrument"] == [symbol]


def test_a_generated_market_is_said_so_first(run_of, bars_of):
    document = Document(page(run_of(info={"synthetic": True}), {"EUR_USD": bars_of()}))
    assert document.text["generated"] == NOTICE
    assert "generated" not in Document(page(run_of(), {})).text


def test_a_live_session_is_called_one(run_of, forty_trips):
    simulated, live = page(run_of(forty_trips), {}), page(run_of(forty_trips, info={"simulator": LIVE}), {})
    for said in ("Backtest report", "A backtest says what would have happened", "Fill rules"):
        assert (said in simulated, said in live) == (True, False)
    assert "Live session report" in live


def test_what_the_run_did_not_model_is_said(written):
    assert "Financing is not modelled" in written.text["cautions"]


def test_ambiguous_exits_are_shown_with_the_worst_case(run_of, forty_trips):
    document = Document(page(run_of(forty_trips), {}, Ambiguity(40, 5, -36.0, -80.0)))
    assert "5 of 40 bracket exits (12.5\N{NO-BREAK SPACE}%)" in document.text["cautions"]
    assert "\N{MINUS SIGN}80 USD instead of \N{MINUS SIGN}36 USD" in document.text["cautions"]


def test_how_to_do_it_again(written):
    assert written.text["command"] == "mbats backtest run rsi-bracket EUR_USD --timeframe H1"
    for fact in ("sha256:0123456789abcdef", "3c5b0b5", "rsi_period", "FixedUnits (size 1000)", "100,000.00 USD"):
        assert fact in written.text["provenance"]


def test_without_trades_there_is_a_page_without_a_trade_table(run_of, bars_of):
    document = Document(page(run_of(), {"EUR_USD": bars_of()}))
    assert document.text["verdict"] == "No trade was made, so there is nothing to judge."
    assert "trades" not in document.text
    assert "No trade was made" in document.text["distributions"]


def test_without_bars_there_is_no_price_chart(run_of, forty_trips):
    assert "prices" not in Document(page(run_of(forty_trips), {})).text


def test_without_a_day_there_is_a_page(run_of):
    assert "no full day" in Document(page(run_of(days=0), {})).text["returns"]


def test_the_same_run_gives_the_same_page(run_of, forty_trips, bars_of):
    assert page(run_of(forty_trips), {"EUR_USD": bars_of()}) == page(run_of(forty_trips), {"EUR_USD": bars_of()})


def test_half_a_million_bars_fit_into_twelve_megabytes(run_of, bars_of, forty_trips):
    bars = bars_of(500_000)
    noise = np.random.default_rng(1).integers(0, 40, 500_000) * 0.00001
    bars.mid.high[:] += noise
    bars.mid.low[:] -= noise[::-1]
    assert len(page(run_of(forty_trips), {"EUR_USD": bars})) < 12_000_000
