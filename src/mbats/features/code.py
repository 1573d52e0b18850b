"""The source code of features: told apart by digest, together with all that it uses."""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MACHINERY = (
    "mbats.compiled",
    "mbats.errors",
    "mbats.features.definition",
    "mbats.features.feature",
    "mbats.features.indicators.sharing",
    "mbats.features.state",
    "mbats.features.view",
)
"""What runs features and decides no value of them."""


class _Place(NamedTuple):
    """A name on the top level of a file; an empty one: all of it."""

    file: Path
    name: str


def digest(function: Callable[..., Any]) -> str:
    """Return the SHA-256 of a function's source and of every function and constant of ours, or beside it, it uses.

    Comments, docstrings, annotations, layout and the names of files do not count. Of a function typed into a notebook
    only its own text is seen.
    """
    module = sys.modules.get(function.__module__)
    file = getattr(module, "__file__", None)
    if not file or not file.endswith(".py"):
        return hashlib.sha256(_typed(function).encode()).hexdigest()
    return _digest(_Place(Path(file), function.__qualname__.partition(".")[0]))


def _digest(place: _Place) -> str:
    texts: dict[_Place, str] = {}
    pending = [place]
    while pending:
        at = pending.pop()
        if at not in texts:
            texts[at], used = _source(at.file, at.file.stat().st_mtime_ns).look_up(at.name)
            pending += used
    return hashlib.sha256("\0".join(sorted(texts.values())).encode()).hexdigest()


class _Source:
    """A file's top level: what is defined there, and what comes from where."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._tree = _Plain().visit(ast.parse(file.read_bytes()))
        self._nodes: dict[str, list[ast.stmt]] = {}
        for node in self._tree.body:
            for name in _defined(node):
                self._nodes.setdefault(name, []).append(node)
        self._imports = self._imported()
        self._looked_up: dict[str, tuple[str, tuple[_Place, ...]]] = {}

    def look_up(self, name: str) -> tuple[str, tuple[_Place, ...]]:
        """Return the plain text of what `name` is made by, and the places in our files that it uses."""
        if name not in self._looked_up:
            text = "\n".join(ast.unparse(node) for node in self._about(name))
            self._looked_up[name] = text, tuple(self._used_by(name))
        return self._looked_up[name]

    def _used_by(self, name: str) -> Iterator[_Place]:
        for node in self._about(name):
            for used in {it.id for it in ast.walk(node) if isinstance(it, ast.Name)}:
                if used in self._imports:
                    yield self._imports[used]
                elif used in self._nodes and name:
                    yield _Place(self._file, used)

    def _about(self, name: str) -> list[ast.stmt]:
        return self._nodes.get(name, []) if name else list(self._tree.body)

    def _imported(self) -> dict[str, _Place]:
        """Return the names that are imported anywhere from our files or from beside this one."""
        found: dict[str, _Place] = {}
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if file := self._origin(alias.name):
                        found[alias.asname or alias.name.partition(".")[0]] = _Place(file, "")
            elif isinstance(node, ast.ImportFrom) and node.module and (file := self._origin(node.module)):
                found |= {alias.asname or alias.name: _Place(file, alias.name) for alias in node.names}
        return found

    def _origin(self, module: str) -> Path | None:
        beside = self._file.parent / f"{module.partition('.')[0]}.py"
        if beside.is_file() and "mbats" not in module.partition(".")[0]:
            return beside
        if not module.startswith("mbats.") or module.startswith(_MACHINERY):
            return None
        spec = find_spec(module)
        return Path(spec.origin) if spec and spec.origin else None


@lru_cache(maxsize=256)
def _source(file: Path, edited: int) -> _Source:  # noqa: ARG001 - part of the key: a file may be edited meanwhile
    return _Source(file)


class _Plain(ast.NodeTransformer):
    """Takes out what decides nothing: docstrings, annotations, and imports for the sake of types."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        typing = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if typing else self.generic_visit(node)


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [it.id for target in targets for it in ast.walk(target) if isinstance(it, ast.Name)]


def _typed(function: Callable[..., Any]) -> str:
    try:
        return ast.unparse(_Plain().visit(ast.parse(inspect.cleandoc(inspect.getsource(function)))))
    except (OSError, TypeError, SyntaxError):
        code = function.__code__
        return repr((code.co_code, code.co_consts, code.co_names))
