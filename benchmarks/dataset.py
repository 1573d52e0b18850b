"""A training set of a million bars, built, kept and opened again, beside what one would write with pandas."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.features import FORMULAS, NO_OWN, ROWS, frame, minutes, with_pandas
from benchmarks.row import Row, Seconds, alternate, measure
from mbats.adapters.objects.folder import FolderObjectStore
from mbats.execution.costs import OANDA_US
from mbats.features.discovery import feature_set
from mbats.models.datasets.building import build
from mbats.models.datasets.keeping import keep, open_dataset
from mbats.models.datasets.labelling import label_from

if TYPE_CHECKING:
    from mbats.features.feature_set import FeatureSet
    from mbats.market.bars import Bars
    from mbats.models.dataset import Dataset

LABEL = "triple-barrier"
HORIZON = 24
BUILDING = "from benchmarks.dataset import building; building()"


def rows() -> list[Row]:
    """Measure building, keeping and opening, and the memory of a process that builds."""
    bars, features = minutes(ROWS), feature_set(list(FORMULAS), NO_OWN)
    prices, label = frame(bars), label_from(LABEL)
    labels = measure(lambda: label.label(bars, OANDA_US), repeats=3)
    build_, pandas = alternate(lambda: built(bars, features), lambda: prepared(prices), repeats=1)
    with TemporaryDirectory(prefix="mbats-bench-") as folder:
        stored, parquet = _stored(Path(folder), built(bars, features), prepared(prices))
    told = subprocess.run([sys.executable, "-c", BUILDING], capture_output=True, check=True, text=True)
    memory = float(told.stdout)
    table = ROWS * len(FORMULAS) * 8 / 1e6
    name = f"{ROWS:,} rows, {len(FORMULAS)} features"
    return [
        Row(f"label {ROWS:,} bars by two simulated brackets each", labels.cpu, "CPU s"),
        Row(f"training set of {name}", *_beside(build_, "pandas, forward return", pandas), limit=1.5),
        Row("keep it and open it again", *_beside(stored, "to_parquet and read_parquet", parquet), limit=1.0),
        Row("peak memory of building it", memory, "MB", f"its features ({table:.0f} MB)", memory / table),
    ]


def building() -> None:
    """Build the training set in a process of its own, and print the most memory that this had, in MB."""
    built(minutes(ROWS), feature_set(list(FORMULAS), NO_OWN))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1_024)


def built(bars: Bars, features: FeatureSet) -> Dataset:
    return build("bench", {"EUR_USD": bars}, features, label_from(LABEL), OANDA_US, symbols=["EUR_USD"])


def prepared(prices: pd.DataFrame) -> pd.DataFrame:
    table = with_pandas(prices)
    table["label"] = prices["close"].shift(-HORIZON) / prices["open"].shift(-1) - 1
    return table.dropna(subset=["label"])


def _stored(folder: Path, dataset: Dataset, table: pd.DataFrame) -> list[Seconds]:
    counter = iter(range(sys.maxsize))

    def ours() -> None:
        store = FolderObjectStore(folder / f"objects{next(counter)}")
        keep(store, dataset)
        open_dataset(store, dataset.id)

    def theirs() -> None:
        path = folder / f"{next(counter)}.parquet"
        table.to_parquet(path)
        pd.read_parquet(path)

    return alternate(ours, theirs, repeats=1)


def _beside(ours: Seconds, name: str, other: Seconds) -> tuple[float, str, str, float]:
    return ours.cpu, "CPU s", f"{name} ({other.cpu:.2f} CPU s)", ours.cpu / other.cpu
