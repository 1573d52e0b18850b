"""Defects that other platforms of this kind have shown, each held away by a test of its own.

Those of one room stand beside that room's tests and are named ``test_regression_...`` too.
"""

import csv
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from mbats.adapters.backtrader.feed import BarsFeed
from mbats.adapters.files.reader import FileReader
from mbats.adapters.objects.store import open_store
from mbats.errors import MbatsError
from mbats.pipelines.ingest import FileForm, prepare, store
from mbats.pipelines.snapshot import snapshot
from mbats.secmaster.keys import BarKey

PRICES = ("open", "high", "low", "close")


@pytest.fixture
def security_master(postgres):
    """The securities master, empty."""
    return postgres.security_master()


def bars_file(path: Path, rows: int = 50, *, forming: bool = False, shift: float = 0.0) -> Path:
    """Write hourly bars in which every price of every row is another number."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", *(f"{side}{price}" for side in ("bid_", "ask_") for price in PRICES), "complete"])
        for row in range(rows):
            low = 1.1 + row / 1000 + (shift if row == rows - 1 else 0.0)
            bid = [low + 0.0001, low + 0.0007, low, low + 0.0004]
            ask = [price + 0.00011 for price in bid]
            moment = f"2024-03-{4 + row // 20:02d}T{row % 20:02d}:00:00Z"
            numbers = [f"{price:.5f}" for price in bid + ask]
            writer.writerow([moment, *numbers, str(not (forming and row == rows - 1)).lower()])
    return path


def bring(file: Path, master) -> list:
    return store(prepare([file], FileForm(), FileReader(), master.instruments()), master)


def test_regression_no_column_changes_its_name_between_file_database_snapshot_and_feed(tmp_path, security_master):
    file = bars_file(tmp_path / "venue_EUR_USD_H1.csv")
    bring(file, security_master)
    frozen = snapshot(security_master, open_store(str(tmp_path / "objects")), ["EUR_USD"], "H1")
    with file.open() as text:
        written = list(csv.DictReader(text))
    bars = frozen.bars("EUR_USD")
    for side, quotes in (("bid_", bars.bid), ("ask_", bars.ask)):
        for price in PRICES:
            assert getattr(quotes, price).tolist() == [float(row[side + price]) for row in written]
    feed = BarsFeed.of(bars)
    feed.preload()
    for price in PRICES:
        middle = [(float(row["bid_" + price]) + float(row["ask_" + price])) / 2 for row in written]
        assert list(getattr(feed.lines, price).array) == middle


def test_regression_a_forming_candle_is_neither_traded_on_nor_kept_once_it_is_complete(tmp_path, security_master):
    key = BarKey("EUR_USD", "venue", "H1")
    bring(bars_file(tmp_path / "venue_EUR_USD_H1.csv", forming=True), security_master)
    assert len(security_master.bars(key)) == 49

    counts = bring(bars_file(tmp_path / "venue_EUR_USD_H1.csv", shift=0.01), security_master)
    assert (counts[0].inserted, counts[0].revised) == (0, 1)
    bars = security_master.bars(key)
    assert len(bars) == 50
    assert bars.bid.low[-1] == pytest.approx(1.1 + 49 / 1000 + 0.01)


def test_regression_no_credentials_are_committed(repository):
    listed = subprocess.run(["git", "ls-files"], cwd=repository, capture_output=True, text=True, check=True)
    secret = re.compile(
        r"(?i)(password|token|secret)['\"]?\s*[:=]\s*['\"](?!MBATS_)[^'\"{}$<\s]{8,}['\"]|[0-9a-f]{32}-[0-9a-f]{32}"
    )
    private = re.compile(r"BEGIN [A-Z ]*PRIVATE KEY-----")
    found = [
        f"{name}: {match.group()}"
        for name in listed.stdout.splitlines()
        if (repository / name).is_file()
        and (repository / name).suffix in {".py", ".sh", ".toml", ".yaml", ".yml", ".md", ".sql", ".cfg", ".ini", ""}
        for pattern in (secret, private)
        for match in pattern.finditer((repository / name).read_text(errors="ignore"))
        if "tests/" not in name
    ]
    assert not found


def test_regression_sql_is_never_made_of_text_and_values(repository):
    sources = (repository / "src" / "mbats" / "adapters" / "postgres").glob("*.py")
    glued = re.compile(r"execute\(\s*(f['\"]|[^)]*['\"]\s*%|[^)]*['\"]\s*\+|[^)]*['\"]\.format\()")
    assert not [f"{file.name}: {match.group()}" for file in sources for match in glued.finditer(file.read_text())]


@pytest.mark.parametrize("hostile", ["EUR_USD'; DROP TABLE instrument; --", 'x"; SELECT 1; --'])
def test_regression_hostile_names_are_data_and_nothing_else(security_master, hostile):
    before = security_master.instruments()
    with pytest.raises(MbatsError, match="venue"):
        security_master.bars(BarKey(hostile, "venue", "H1"))
    assert security_master.instruments() == before


def test_regression_costs_are_charged_unless_somebody_says_otherwise(repository):
    from mbats.bootstrap.backtesting import BacktestOptions, costs
    from mbats.execution.costs import SpreadSource

    usual = costs(BacktestOptions(strategies=("RsiBracket",)))
    assert usual.spread.source is SpreadSource.QUOTED
    assert usual.financing
    assert usual.conversion_markup > 0
    assert BacktestOptions(strategies=()).fills == "venue"
    assert np.isfinite(usual.slippage_pips)
