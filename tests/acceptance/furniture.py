"""What somebody's desk holds after a week: enough for every chart to have something to draw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import sin
from pathlib import Path
from typing import Any

from acceptance.story import MODEL, PAIRS

BEGUN = datetime(2024, 3, 4, tzinfo=UTC)
GENERATED = ("EUR_USD", "USD_JPY", "GBP_USD")


def flawed(file: Path) -> Path:
    """Write two weeks of hourly bars with a lost day, a price that nobody paid, and a feed that stood still."""
    lines = ["time,open,high,low,close"]
    for hour in range(24 * 12):
        time = BEGUN + timedelta(hours=hour)
        if time.weekday() > 4 or 48 <= hour < 72:
            continue
        close = 1.08 + 0.002 * sin(hour / 5) + (0.2 if hour == 100 else 0)
        still = 120 <= hour < 120 + 16
        low, high = (1.08, 1.08) if still else (close - 0.0005, close + 0.0005)
        middle = 1.08 if still else close
        lines.append(f"{time:%Y-%m-%dT%H:%MZ},{middle:.5f},{high:.5f},{low:.5f},{middle:.5f}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def furnish(stack: Any, superset: Any, folder: Path) -> None:
    """Import, backtest, sweep and look for drift, beside a session that trades."""

    def mbats(*words: str) -> None:
        stack.run("mbats", *words)

    mbats("data", "reference", *GENERATED, "--start", "2024-01-01", "--end", "2026-01-01")
    mbats("data", "import", stack.hand(flawed(folder / "desk_EUR_USD_H1.csv")), "--timezone", "UTC")
    market = [*_symbols(GENERATED), "--vendor", "reference", "--risk", "0.25"]
    mbats("backtest", "sweep", "RsiBracket", *market, "--grid", "rsi_period=20,30,40")
    for strategy in ("RsiBracket", "RsiStochasticBracket"):
        mbats("backtest", "run", strategy, *market)
    mbats("data", "ingest", *PAIRS, "--timeframe", "M1", "--vendor", "paper")
    mbats("model", "drift", MODEL)
    parameters = ["-p", f"model={MODEL}", "-p", "threshold=0", "-p", "max_bars=5"]
    since = f"{_learnt(superset):%Y-%m-%dT%H:%MZ}"
    mbats("backtest", "run", "ModelBracket", *_symbols(PAIRS), "-t", "M1", "--start", since, *parameters)


def _symbols(names: Sequence[str]) -> list[str]:
    return [word for name in names for word in ("-s", name)]


def _learnt(superset: Any) -> datetime:
    """Return a moment after all that the model's versions have learnt from."""
    versions = superset.rows("model versions", ["trained_until"], model=MODEL)
    last = max(version["trained_until"] for version in versions)
    return datetime.fromtimestamp(last / 1000, tz=UTC) + timedelta(hours=1)
