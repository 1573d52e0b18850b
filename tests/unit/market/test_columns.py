"""Columns that are freed serve again."""

import platform
import resource
import subprocess
import sys

import pytest

ROWS = 8_000_000
"""Of a column twice as large as glibc would keep by itself."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told what to keep")
def test_a_large_column_takes_the_place_of_one_that_was_freed() -> None:
    told = subprocess.run([sys.executable, __file__], check=True, capture_output=True, text=True).stdout
    first, second = map(int, told.split())
    assert first > 10
    assert second <= first // 10


def _faults_of_a_column() -> int:
    import numpy as np

    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.empty(ROWS).fill(1.0)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


if __name__ == "__main__":
    from mbats.market.columns import keep_freed_columns

    keep_freed_columns()
    print(_faults_of_a_column(), _faults_of_a_column())
