"""Columns that are computed once and shared by all who ask for them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from numbers import Number
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeAlias, TypeVar

import numpy as np

from mbats.features.indicators.zero_division import division_by_zero
from mbats.market.columns import keep_freed_columns, read_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

Parameters = ParamSpec("Parameters")
Columns = TypeVar("Columns")

_FLOAT = np.dtype(np.float64)
_NUMBERS = (int, float, Number)
"""The usual ones first: asking an abstract class takes longer than many a column."""
DEFAULT_LIMIT = 256 << 20


@contextmanager
def shared_columns(limit: int = DEFAULT_LIMIT) -> Iterator[None]:
    """Compute each indicator once for the same column and parameters, as long as the context lasts.

    Only columns that are read-only are shared, as those of bars inside `decide_safely` are: nobody may change them
    through another view meanwhile. What was used least recently is forgotten first.

    Parameters
    ----------
    limit
        Bytes that remembered columns, and those they were made of, may occupy.
    """
    keep_freed_columns()
    with _remembering(_Memory(limit)):
        yield


@contextmanager
def shared_briefly() -> Iterator[None]:
    """Do what `shared_columns` does for the few bars of one decision, where looking up must cost next to nothing.

    Only the very same array is the same column, and nothing is forgotten before the context ends.
    """
    with _remembering(_BriefMemory()):
        yield


def shared(function: Callable[Parameters, Columns]) -> Callable[Parameters, Columns]:
    """Let `function` of columns and parameters take part in `shared_columns`.

    It gets columns as contiguous, read-only float64; what it returns (a column, or a tuple of them) becomes read-only,
    whether shared or not, so that a strategy meets the same rule everywhere.
    """

    @wraps(function)
    def remembered(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Columns:
        memory = _memory.get()
        if memory is None:
            return _computed(function, args, kwargs)
        key, plain = _key(function, args, kwargs, memory.identity)
        if key is None:
            with _remembering(None):  # made of columns that may change, and so is what is made on the way
                return _computed(function, args, kwargs)
        columns: Columns | None = memory.find(key)
        if columns is None:
            columns = _frozen(function(*args, **kwargs)) if plain else _computed(function, args, kwargs)
            memory.keep(key, columns, (args, kwargs))
        return columns

    return remembered


_Arguments: TypeAlias = tuple[tuple[Any, ...], dict[str, Any]]


class _Entry(NamedTuple):
    columns: Any
    made_of: _Arguments

    def arrays(self) -> list[NDArray[Any]]:
        held = (*_arrays(self.columns), *self.made_of[0], *self.made_of[1].values())
        return [array for array in held if isinstance(array, np.ndarray)]

    @property
    def size(self) -> int:
        return sum(array.nbytes for array in self.arrays())


class _Memory:
    """Results by what they were made of; holding their inputs keeps those addresses from being used again."""

    def __init__(self, limit: int) -> None:
        self._entries: OrderedDict[Any, _Entry] = OrderedDict()
        self._identities: dict[int, Any] = {}
        """Of the arrays that entries hold, by their ids: working them out takes ten times as long as finding them."""
        self._left = limit

    def identity(self, column: NDArray[Any]) -> Any:
        """Return what tells a column from others: where it lies in memory, and how."""
        return self._identities.get(id(column)) or _place(column)

    def find(self, key: Any) -> Any:
        """Return what was made under `key`, None if that is not remembered."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry.columns

    def keep(self, key: Any, columns: Any, made_of: _Arguments) -> None:
        entry = _Entry(columns, made_of)
        self._entries[key] = entry
        self._identities |= {id(array): _place(array) for array in entry.arrays()}
        self._left -= entry.size
        while self._left < 0 and len(self._entries) > 1:
            _, forgotten = self._entries.popitem(last=False)
            self._left += forgotten.size
            for array in forgotten.arrays():
                self._identities.pop(id(array), None)


def _place(column: NDArray[Any]) -> Any:
    return column.__array_interface__["data"][0], column.shape, column.strides, column.dtype.str


class _BriefMemory:
    """Results by the arrays they were made of; holding those keeps their ids from being used again."""

    identity = staticmethod(id)

    def __init__(self) -> None:
        self._entries: dict[Any, tuple[Any, _Arguments | None]] = {}

    def find(self, key: Any) -> Any:
        return self._entries.get(key, _NOTHING)[0]

    def keep(self, key: Any, columns: Any, made_of: _Arguments) -> None:
        self._entries[key] = columns, made_of


_NOTHING = None, None
_memory: ContextVar[_Memory | _BriefMemory | None] = ContextVar("shared_columns", default=None)


@contextmanager
def _remembering(memory: _Memory | _BriefMemory | None) -> Iterator[None]:
    token = _memory.set(memory)
    try:
        yield
    finally:
        _memory.reset(token)


def _key(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], identity: Callable[[Any], Any]
) -> tuple[Any, bool]:
    """Return what tells one computation from another, None when a column could be changed; and whether all is plain."""
    key: list[Any] = [function, division_by_zero(), *kwargs]
    plain = True
    for value in (*args, *kwargs.values()) if kwargs else args:
        if isinstance(value, np.ndarray):
            flags = value.flags
            if flags.writeable:
                return None, False
            key.append(identity(value))
            plain = plain and value.dtype is _FLOAT and flags.c_contiguous
        elif isinstance(value, _NUMBERS):
            key.append(value)
        else:
            return None, False
    return tuple(key), plain


def _computed(function: Callable[..., Columns], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Columns:
    return _frozen(function(*map(_plain, args), **{name: _plain(value) for name, value in kwargs.items()}))


def _plain(value: Any) -> Any:
    if isinstance(value, _NUMBERS):
        return value
    return read_only(np.ascontiguousarray(value, dtype=np.float64))


def _frozen(columns: Columns) -> Columns:
    for array in _arrays(columns):
        array.flags.writeable = False
    return columns


def _arrays(columns: Any) -> tuple[Any, ...]:
    return columns if isinstance(columns, tuple) else (columns,)
