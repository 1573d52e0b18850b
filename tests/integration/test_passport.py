"""Why a trade was made, from the command line and the notebook, of stored backtests."""

import json
import shutil

import pytest

import mbats as mb

PEEKING = '''
import numpy as np

from mbats.strategies.signal import Signals, SignalStrategy


class Peeking(SignalStrategy):
    """Buys before the close rises: it looks at the next bar."""

    def decide(self, bars):
        ahead = np.append(bars.close[1:], bars.close[-1])
        side = np.where(np.arange(len(bars)) % 12 == 0, np.sign(ahead - bars.close), 0).astype(np.int8)
        return Signals(side=side, max_bars=3, columns={"ahead": ahead})
'''
QUIET = '''
import numpy as np

from mbats.strategies.signal import Signals, SignalStrategy


class Quiet(SignalStrategy):
    """Wants nothing."""

    def decide(self, bars):
        return Signals(side=np.zeros(len(bars), dtype=np.int8))
'''


@pytest.fixture(scope="module")
def office(furnished):
    """Three months of bars, and a strategy of a user's that cheats."""
    with furnished(
        {"peeking.py": PEEKING, "quiet.py": QUIET},
        *("EUR_USD", "USD_JPY", "--start", "2025-01", "--end", "2025-04"),
    ) as folder:
        yield folder


@pytest.fixture
def run_of(mbats):
    def made(strategy="RsiBracket", *options):
        code, out, err = mbats("backtest", "run", strategy, "-s", "EUR_USD", "-s", "USD_JPY", *options, "--json")
        assert code == 0, err
        return json.loads(out)["run"][:8]

    return made


def test_a_run_lists_its_trades_by_the_names_to_ask_for_them_by(mbats, run_of):
    run = run_of()
    code, out, err = mbats("why", run)
    listed = json.loads(mbats("why", run, "--json")[1])
    assert code == 0
    assert f"{run}:{len(listed)}" in out
    assert f"mbats why {run}:{len(listed)}" in err
    assert [one["reference"] for one in listed] == list(mb.run(run).trades.id)


def test_a_trade_tells_what_was_seen_decided_ordered_and_by_which_code_and_data(mbats, run_of):
    run = run_of()
    told = json.loads(mbats("why", f"{run}:7", "--json")[1])
    stored = mb.run(run)
    decided = stored.decisions.iloc[[told["decisions"][0]["row"] == row for row in _decision_rows(stored)]].iloc[0]
    assert told["decisions"][0]["values"] == {name: decided[name] for name in ("rsi", "stoch_k", "stoch_d", "atr")}
    assert told["trade"]["net"] == str(stored.result.trips.exact[6].net)
    assert [one["event"] for one in told["events"]][:2] == ["order", "fill"]
    assert {one["event"] for one in told["events"]} >= {"order", "fill", "cancel"}
    info = stored.result.info
    assert (told["info"]["snapshot"], told["info"]["commit"]) == (info.snapshot, info.commit)
    assert told["strategy"]["parameters"]["rsi_period"] == 30
    assert told["model"] is None
    assert told["replay"] is None
    assert "No model had a say." in mbats("why", f"{run}:7")[1]


@pytest.mark.parametrize(
    ("strategy", "options"),
    [
        ("RsiBracket", ()),
        ("RsiBracket", ("--risk", "0.25")),
        ("RsiBracket", ("--fills", "backtrader", "--no-costs")),
        ("RsiBracket", ("--simulator", "backtrader")),
        ("MomentumPanel", ()),
        ("Breakout", ()),
    ],
)
def test_every_kind_of_strategy_is_replayed_bit_for_bit(strategy, options, mbats, run_of):
    run = run_of(strategy, *options)
    code, out, err = mbats("why", f"{run}:3", "--replay", "--json")
    told = json.loads(out)
    assert code == 0, err
    assert told["replay"]["same"]
    assert len(told["replay"]["checks"]) >= 2


def test_a_strategy_that_looked_ahead_is_given_away_by_the_replay(mbats, run_of):
    run = run_of("Peeking")
    code, out, _ = mbats("why", f"{run}:3", "--replay")
    assert code == 1
    assert "not the same" in out
    checks = json.loads(mbats("why", f"{run}:3", "--replay", "--json")[1])["replay"]["checks"]
    assert checks[0]["differs"]
    assert not checks[-1]["differs"], "with all bars it does the same again"


def test_a_strategy_whose_code_has_changed_is_not_replayed(mbats, run_of, office):
    run = run_of("Peeking")
    file = office / "strategies" / "peeking.py"
    file.write_text(PEEKING.replace("% 12", "% 13"))
    code, _, err = mbats("why", f"{run}:1", "--replay")
    file.write_text(PEEKING)
    assert code == 1
    assert "Peeking" in err
    assert mbats("why", f"{run}:1", "--replay")[0] == 1, "it still looks ahead"
    assert mbats("why", f"{run}:1")[0] == 0


def test_an_unknown_trade_is_refused_with_the_nearest_ones(mbats, run_of):
    run = run_of()
    count = len(json.loads(mbats("why", run, "--json")[1]))
    code, _, err = mbats("why", f"{run}:9999")
    assert code == 1
    assert f"{run}:{count}" in err
    assert f"{run}:1," in mbats("why", f"{run}:0")[2]
    assert "latest" in mbats("why", "ffffffff:1")[2]
    for nothing in (":1", f"{run}:x", f"{run}/5", ""):
        code, _, err = mbats("why", nothing)
        assert (code, "does not name a trade" in err) == (1, True), nothing


def test_a_run_without_trades_says_so(mbats, run_of):
    run = run_of("Quiet")
    code, _, err = mbats("why", run)
    assert (code, "made no trade" in err) == (1, True)
    assert mbats("why", f"{run}:1")[0] == 1


def test_without_the_bars_that_a_run_read_it_says_where_they_were(mbats, run_of, office):
    run = run_of()
    manifests = office / "home" / "objects" / "snapshots"
    shutil.move(manifests, office / "aside")
    code, _, err = mbats("why", f"{run}:1")
    shutil.move(office / "aside", manifests)
    assert code == 1
    assert "are gone" in err
    assert str(office / "home" / "objects") in err
    assert mbats("why", f"{run}:1")[0] == 0


def test_a_notebook_asks_by_the_frames_own_column(run_of):
    run = mb.run(run_of())
    why = mb.trade(run.trades.id.iloc[4]).why(replay=True)
    assert why.same
    assert why.decision["rsi"] == run.decisions.loc[_decision_rows(run).index(why.passport.decisions[0].row), "rsi"]
    assert list(why.events.event[:2]) == ["order", "fill"]
    assert "Once more: the same bits." in repr(why)


def _decision_rows(run):
    from mbats.ledger.journal import Kind

    return run.result.journal.rows(Kind.DECISION).tolist()
