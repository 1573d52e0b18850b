"""Columns of a series are what Arrow's own conversion gives, however they were stored."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from mbats.secmaster import series

NS = [1_704_067_200_000_000_000, 1_704_153_600_000_000_000, 1_704_240_000_000_000_000]
KINDS = {
    "int64": pa.array([1, -2, 3]),
    "double": pa.array([1.5, float("nan"), -0.0]),
    "text": pa.array(["a", "", "é"]),
    "flag": pa.array([True, False, True]),
    "few": pa.array([1, None, 3]),
    "gap": pa.array([1.5, None, 2.5]),
    "words": pa.array(["a", None, "b"]),
}


def table(unit="us"):
    times = pa.array(NS).cast(pa.timestamp("ns", "UTC")).cast(pa.timestamp(unit, "UTC"))
    return pa.table({"time": times, "known_at": times, **KINDS})


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_are_nanoseconds_whatever_they_were_stored_as(unit):
    assert series.columns(table(unit))["known_at"].tolist() == NS


@pytest.mark.parametrize("shape", ["whole", "chunks", "slice", "empty"])
def test_values_are_those_of_arrow(shape):
    whole = table()
    shapes = {"whole": whole, "chunks": pa.concat_tables([whole, whole.slice(1)]), "slice": whole.slice(1, 2)}
    held = shapes.get(shape, whole.slice(3))
    found = series.columns(held)
    for name in KINDS:
        expected = held[name].to_numpy()
        np.testing.assert_array_equal(found[name], expected)
        assert found[name].dtype == expected.dtype


def test_what_was_made_of_columns_comes_back():
    made = {"time": np.array(NS), "known_at": np.array(NS), "rate": np.array([0.1, 0.2, 0.3]), "source": ["a"] * 3}
    found = series.columns(series.table(made))
    assert {name: list(values) for name, values in found.items()} == {name: list(made[name]) for name in made}


def test_reading_a_series_does_not_wait_for_pandas():
    made = "import pyarrow as pa; t = pa.Table.from_batches([], pa.schema({'time': pa.timestamp('us', 'UTC')}))"
    asked = (
        f"import sys; {made}; from mbats.secmaster.series import columns; columns(t); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
