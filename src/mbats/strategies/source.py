"""The source code of strategies: run from files, and told apart by digest."""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from mbats.errors.strategy import StrategyFileBroken
from mbats.source import imported_from_beside, load_own_file, own_modules_of

if TYPE_CHECKING:
    from types import ModuleType

_CONTRACTS = {"mbats.strategies.strategy", "mbats.strategies.signal", "mbats.strategies.target"}
_FOREIGN = {"pydantic", "abc", "builtins", "typing", "backtrader"}
_PACKAGE = "mbats_strategies"


def load_file(path: Path) -> ModuleType:
    """Run a strategy file as it is now and return its module; it may import other files of its folder.

    Raises
    ------
    StrategyFileBroken
        Names the line of the user's code and the cause.
    """
    return load_own_file(path, _PACKAGE, StrategyFileBroken)


def digest(cls: type[Any]) -> str:
    """Return the SHA-256 of a class's source: its file, those of its bases and those they import from beside them.

    Comments, docstrings, layout and the names of files and of the class itself do not count: each syntax tree is
    written out again without them, and hashed. Of a class typed into a notebook only the class itself is seen.
    """
    nameless = _Nameless(cls.__name__)
    texts = {_typed(base, nameless) for base in cls.__mro__ if _is_own(base) and not _file(base)}
    pending = [path for base in cls.__mro__ if _is_own(base) and (path := _file(base))]
    seen: set[Path] = set()
    while pending:
        path = pending.pop()
        if path not in seen:
            seen.add(path)
            tree = ast.parse(path.read_bytes())
            pending += imported_from_beside(tree, path.parent)
            texts.add(ast.unparse(nameless.visit(tree)))
    return hashlib.sha256("\0".join(sorted(texts)).encode()).hexdigest()


class _Nameless(ast.NodeTransformer):
    """Calls one class ``_``, which tells it from its neighbours in a file and from no copy under another name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = "_" if node.name == self._name else node.name
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = "_" if node.id == self._name else node.id
        return node


def _is_own(cls: type[Any]) -> bool:
    return cls.__module__ not in _CONTRACTS and cls.__module__.partition(".")[0] not in _FOREIGN


def _file(cls: type[Any]) -> Path | None:
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    return Path(file) if file and file.endswith(".py") else None


def _typed(cls: type[Any], nameless: _Nameless) -> str:
    try:
        return ast.unparse(nameless.visit(ast.parse(dedent(inspect.getsource(cls)))))
    except (OSError, TypeError):
        codes = [(name, item.__code__) for name, item in vars(cls).items() if inspect.isfunction(item)]
        return repr([(name, code.co_code, code.co_consts, code.co_names) for name, code in codes])


def own_modules() -> list[ModuleType]:
    """Return the modules that stem from the user's files: strategies and what they imported from beside them."""
    return own_modules_of(_PACKAGE)
