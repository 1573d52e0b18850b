"""Which line of a feature's code makes it look ahead: the first that does what such leaks are made of."""

from __future__ import annotations

import ast
import inspect
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mbats.models.prosecution.finding import Charge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbats.features.feature import Feature

_AHEAD = ("shift", "lead", "roll", "center", "reversed", "convolve", "correlate", "gradient", "filtfilt", "sosfiltfilt",
          "savgol_filter", "gaussian_filter1d", "uniform_filter1d", "argrelextrema", "find_peaks", "diff", "append",
          "concatenate", "hstack", "from")  # fmt: skip
_WHOLE = ("fit_transform", "fit", "filtfilt", "sosfiltfilt", "rfft", "fft", "detrend", "polyfit", "zscore", "rank",
          "rankdata", "argsort", "qcut", "quantile", "nanquantile", "percentile", "median", "mean", "nanmean", "std",
          "nanstd", "var", "ptp", "max", "nanmax", "min", "nanmin", "sum", "corrcoef", "cov", "svd",
          "reversed")  # fmt: skip
_PERIOD = ("bfill", "backfill", "backward", "fillna", "fill_null", "interpolate", "interp", "resample",
           "group_by_dynamic", "groupby", "group_by", "over", "transform", "reduceat", "bincount", "unique",
           "searchsorted", "reversed")  # fmt: skip
_JOIN = ("join_asof", "merge_asof", "searchsorted", "interp", "reindex", "join", "merge", "isin", "others", "series")
_CHANCE = ("random", "default_rng", "rand", "normal", "standard_normal", "global", "append")

_SUSPECTS: Mapping[Charge, tuple[str, ...]] = {
    Charge.FUTURE_BARS: _AHEAD,
    Charge.WHOLE_HISTORY: _WHOLE,
    Charge.UNFINISHED_PERIOD: _PERIOD,
    Charge.OTHER_INSTRUMENT_EARLY: _JOIN,
    Charge.SERIES_EARLY: _JOIN,
    Charge.NOT_REPEATABLE: _CHANCE,
}
"""What each leak is usually made of, the most telling first."""


def line_of_leak(feature: Feature, charge: Charge) -> str:
    """Return ``file:line``: the most telling line of the feature's function, or of one in its file that it calls.

    Where nothing tells, the line on which its function begins.
    """
    function = inspect.unwrap(function_of(feature.compute))
    code = function.__code__
    try:
        tree = ast.parse(Path(code.co_filename).read_bytes())
    except (OSError, SyntaxError):
        return f"{code.co_filename}:{code.co_firstlineno}"
    found = [place for node in _code(tree, code.co_firstlineno) for place in _telling(node, _SUSPECTS[charge])]
    return f"{code.co_filename}:{min(found)[1] if found else code.co_firstlineno}"


def function_of(compute: Any) -> Any:
    """Return the function that a feature's parameters, and its going on from a state, are bound to."""
    while isinstance(compute, partial):
        compute = compute.args[0] if compute.args and callable(compute.args[0]) else compute.func
    return compute


def _code(tree: ast.Module, line: int) -> list[ast.AST]:
    """Return the function that begins on `line`, and those of the file that it uses."""
    named = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    pending: list[ast.AST] = [node for node in ast.walk(tree) if _first_line(node) == line]
    seen: list[ast.AST] = []
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.append(node)
            used = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
            pending += [named[name] for name in used & named.keys()]
    return seen


def _first_line(node: ast.AST) -> int | None:
    if isinstance(node, ast.FunctionDef):
        return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return node.lineno if isinstance(node, ast.Lambda) else None


def _telling(code: ast.AST, suspects: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield how telling a place is, 0 the most, and its line."""
    for node in ast.walk(code):
        for word in _words(node):
            if word in suspects:
                yield suspects.index(word), getattr(node, "lineno", 0) or node.value.lineno  # type: ignore[attr-defined]  # a keyword's


def _words(node: ast.AST) -> Iterator[str]:
    """Yield what a piece of code does, in the words of the tables above."""
    if isinstance(node, ast.Call):
        yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    elif isinstance(node, ast.Attribute) and node.attr in {"others", "series"}:
        yield node.attr
    elif isinstance(node, ast.keyword) and node.arg == "center":
        yield "center"
    elif isinstance(node, ast.Constant) and node.value in {"backward", "bfill", "backfill"}:
        yield "bfill"
    elif isinstance(node, ast.Global):
        yield "global"
    elif isinstance(node, ast.Slice):
        yield from _of_slice(node)


def _of_slice(node: ast.Slice) -> Iterator[str]:
    if isinstance(node.step, ast.UnaryOp):
        yield "reversed"
    elif node.lower is not None and node.upper is None:
        yield "from"
