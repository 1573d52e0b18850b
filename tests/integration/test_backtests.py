"""From the command line to the risk database and back, on a real server."""

import json
import math
import resource
import signal
import subprocess
import sys
import time

import pytest

STRATEGY = """
from mbats.strategies.signal import SignalStrategy, Signals

class Clumsy(SignalStrategy):
    def decide(self, bars):
        return Signals(side=bars.close / 0 if len(bars) < 0 else missing_name)
"""


@pytest.fixture(scope="module")
def office(furnished):
    """A working folder with three months of the reference market and a strategy that raises."""
    pairs = ("EUR_USD", "USD_JPY", "EUR_GBP")
    with furnished({"clumsy.py": STRATEGY}, *pairs, "--start", "2025-01", "--end", "2025-04") as folder:
        yield folder


def stored(mbats):
    return json.loads(mbats("backtest", "list", "--json")[1])


@pytest.mark.parametrize("command", [("run", "RsiBracket"), ("sweep", "RsiBracket", "--grid", "rsi_period=5:6:1")])
def test_bars_that_are_not_there_are_named(mbats, office, command):
    code, _, err = mbats("backtest", *command, "-s", "EUR_USD", "--vendor", "nobody")
    assert code == 1
    assert "No bars of EUR_USD H1 of vendor nobody." in err
    assert "mbats data reference" in err


def test_a_run_is_stored_and_its_report_is_made_from_what_was_stored(mbats, office):
    code, out, err = mbats("backtest", "run", "RsiBracket", "-s", "EUR_USD", "-s", "USD_JPY", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["synthetic"] is True
    assert told["performance"]["trades"] > 20
    assert f"mbats report {told['run'][:8]}" in err

    newest = stored(mbats)[0]
    assert (newest["run"], newest["status"]) == (told["run"][:8], "finished")
    assert newest["net"] == pytest.approx(told["performance"]["net_profit"])
    assert f"Next: mbats report {newest['run']}" in mbats("backtest", "list")[2]

    assert mbats("report", told["run"][:8], "-o", "report.html")[0] == 0
    assert told["snapshot"][:8] in (office / "report.html").read_text()


def test_the_same_command_gives_the_same_figures(mbats):
    first, second = (json.loads(mbats("backtest", "run", "RsiBracket@EUR_USD", "--json")[1]) for _ in range(2))
    assert first["performance"] == second["performance"]
    assert first["snapshot"] == second["snapshot"]
    assert first["run"] != second["run"]


def test_two_strategies_share_one_account(mbats):
    arguments = ("RsiBracket@EUR_USD", "RsiStochasticBracket@USD_JPY", "-p", "RsiBracket.rsi_period=20")
    code, out, _ = mbats("backtest", "run", *arguments, "--risk", "0.1", "--json")
    assert code == 0
    first, second = json.loads(out)["strategies"]
    assert (first["parameters"]["rsi_period"], second["parameters"]["rsi_period"]) == (20, 30)
    assert (first["instruments"], second["instruments"]) == (["EUR_USD"], ["USD_JPY"])


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("Nonesuch", "-s", "EUR_USD"), "Nonesuch"),
        (("RsiBracket",), "no instrument"),
        (("RsiBracket", "-s", "XXX_YYY"), "XXX_YYY"),
        (("RsiBracket", "-s", "EUR_USD", "-t", "M1"), "M1"),
        (("RsiBracket", "-s", "EUR_USD", "--start", "soon"), "soon"),
        (("RsiBracket", "-s", "EUR_USD", "--start", "1980", "--end", "1981"), "EUR_USD"),
        (("RsiBracket", "-s", "EUR_USD", "-p", "rsi_period=long"), "rsi_period"),
        (("RsiBracket", "-s", "EUR_USD", "-p", "rsi_period=1"), "rsi_period"),
        (("RsiBracket", "-s", "EUR_USD", "-p", "rsi_periods=30"), "rsi_period"),
        (("RsiBracket", "-s", "EUR_USD", "--costs", "cheap"), "cheap"),
        (("RsiBracket", "-s", "EUR_USD", "--units", "1", "--risk", "1"), "--units and --risk"),
        (("RsiBracket", "-s", "EUR_USD", "--cash", "plenty"), "plenty"),
        (("RsiBracket", "-s", "EUR_USD", "--cash", "nan"), "nan"),
        (("RsiBracket", "-s", "EUR_GBP", "--currency", "CHF"), "CHF"),
        (("RsiBracket", "-s", "EUR_USD", "--alignment", "utc"), "with alignment utc"),
        (("RsiBracket", "-s", "EUR_USD", "--snapshot", "0000"), "0000"),
        (("RsiBracket@EUR_USD", "RsiStochasticBracket@EUR_USD"), "EUR_USD"),
    ],
)
def test_what_cannot_be_run_is_refused_with_its_cause_and_stores_nothing(mbats, arguments, named):
    before = stored(mbats)
    code, out, err = mbats("backtest", "run", *arguments)
    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    assert named in err
    assert stored(mbats) == before


def test_a_snapshot_runs_what_it_holds_and_nothing_else(mbats):
    first = json.loads(mbats("backtest", "run", "RsiBracket@EUR_USD", "--json")[1])
    again = json.loads(mbats("backtest", "run", "RsiBracket@EUR_USD", "--snapshot", first["snapshot"], "--json")[1])
    assert again["performance"] == first["performance"]
    code, _, err = mbats("backtest", "run", "RsiBracket@USD_JPY", "--snapshot", first["snapshot"])
    assert (code, "USD_JPY" in err, first["snapshot"][:12] in err) == (1, True, True)


def test_a_strategy_that_raises_is_named_with_its_line_and_its_run_is_kept_as_failed(mbats):
    code, _, err = mbats("backtest", "run", "Clumsy", "-s", "EUR_USD")
    assert code == 1
    assert "clumsy.py:6" in err
    assert "missing_name" in err
    assert "Traceback" not in err
    assert stored(mbats)[0]["status"] == "failed"


@pytest.mark.parametrize("name", ["zzzz", ""])
def test_an_unknown_or_unclear_run_is_no_report(mbats, office, name):
    mbats("backtest", "run", "RsiBracket@EUR_USD")
    code, _, err = mbats("report", name, "-o", "none.html")
    assert (code, err.startswith("error: ")) == (1, True)
    assert not (office / "none.html").exists()


def test_a_full_disk_leaves_no_half_report(mbats, office):
    run_id = json.loads(mbats("backtest", "run", "RsiBracket@EUR_USD", "--json")[1])["run"]
    command = [sys.executable, "-m", "mbats", "report", run_id, "-o", "full.html"]
    done = subprocess.run(
        command,
        cwd=office,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].strip()
    assert "full.html" in done.stderr
    assert not [path for path in office.iterdir() if "full" in path.name]


def test_a_run_whose_process_was_killed_is_shown_as_interrupted(mbats, office):
    before = len(stored(mbats))
    command = [sys.executable, "-m", "mbats", "backtest", "run", "RsiBracket@EUR_USD,USD_JPY,EUR_GBP"]
    process = subprocess.Popen(command, cwd=office, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(stored(mbats)) == before and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    runs = stored(mbats)
    assert len(runs) == before + 1
    assert runs[0]["status"] == "interrupted"


def test_a_database_that_is_not_there_is_told_with_the_remedy(mbats, monkeypatch):
    monkeypatch.setenv("MBATS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/postgres")
    code, _, err = mbats("backtest", "run", "RsiBracket@EUR_USD")
    assert code == 75
    assert err.startswith("error: ")
    assert "MBATS_DATABASE_URL" in err


def test_prices_and_indicators_are_logged_as_a_dataset(mbats, office):
    import pyarrow.parquet as pq

    assert mbats("backtest", "run", "RsiBracket@EUR_USD", "--log-features", "features")[0] == 0
    table = pq.read_table(office / "features" / "EUR_USD.parquet")
    assert {"time", "known_at", "close", "rsi", "stoch_k", "atr"} <= set(table.column_names)
    assert table.num_rows > 1_000


def test_a_raw_backtrader_strategy_runs_from_the_same_command(mbats):
    code, out, err = mbats("backtest", "run", "Breakout@EUR_USD", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told["performance"]["trades"] > 0
    assert told["ambiguity"]["exits"] >= 0


def test_a_target_strategy_runs_on_a_panel(mbats):
    code, out, err = mbats("backtest", "run", "MomentumPanel@EUR_USD,USD_JPY,EUR_GBP", "--json")
    assert code == 0, err
    assert json.loads(out)["performance"]["trades"] > 0


def test_imported_financing_is_charged_and_its_absence_is_told(mbats, office):
    first = json.loads(mbats("backtest", "run", "RsiBracket@EUR_USD", "--json")[1])
    assert first["performance"]["financing"] != 0
    assert not first["notes"]

    rows = [f"{row['time']},{row['price']}" for row in _own_bars()]
    (office / "desk_EUR_CHF_H1.csv").write_text("time,open,high,low,close\n" + "\n".join(rows) + "\n")
    assert mbats("data", "import", "desk_EUR_CHF_H1.csv", "--timezone", "UTC")[0] == 0
    trade = ("backtest", "run", "RsiBracket@EUR_CHF", "--currency", "CHF", "--spread", "1", "--json")
    without = json.loads(mbats(*trade)[1])
    assert without["performance"]["financing"] == 0
    assert without["notes"] == ["Financing is not modelled for EUR_CHF: there are no dated rates."]

    swaps = "time,known_at,long_rate,short_rate\n2025-01-01 00:00,2025-01-01 00:00,-0.5,-0.5\n"
    (office / "swaps.csv").write_text(swaps)
    assert mbats("data", "import", "swaps.csv", "--series", "financing_EUR_CHF", "--timezone", "UTC")[0] == 0
    charged = json.loads(mbats(*trade)[1])
    assert charged["performance"]["financing"] > 0
    assert not charged["notes"]


def _own_bars():
    """Two weeks of hours that swing slowly enough to be held overnight."""
    for hour in range(24 * 4):
        close = 0.94 + 0.01 * math.sin(hour / 9)
        price = f"{close:.5f},{close + 0.0002:.5f},{close - 0.0002:.5f},{close:.5f}"
        yield {"time": f"2025-03-{3 + hour // 24:02d} {hour % 24:02d}:00", "price": price}
