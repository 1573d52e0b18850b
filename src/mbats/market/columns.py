"""The types of columns that cross rooms: plain NumPy arrays, one row a bar or an event."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatColumn: TypeAlias = NDArray[np.float64]
TimeColumn: TypeAlias = NDArray[np.int64]
"""Nanoseconds since 1970-01-01 00:00 UTC."""
IntColumn: TypeAlias = NDArray[np.int64]
CodeColumn: TypeAlias = NDArray[np.int16]
FlagColumn: TypeAlias = NDArray[np.bool_]
