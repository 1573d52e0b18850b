"""The source code of strategies: run from files, and told apart by digest."""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
import traceback
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from mbats.errors.strategy import StrategyFileBroken

if TYPE_CHECKING:
    from collections.abc import Iterator
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
    name = f"{_PACKAGE}.{path.parent.name}.{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise StrategyFileBroken(file=path, line=1, cause="it is no Python file")
    module = module_from_spec(spec)
    with _beside(path.parent):
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as cause:
            del sys.modules[name]
            raise StrategyFileBroken(file=path, **_place(path, cause)) from cause
    return module


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
            pending += _imported_from_beside(tree, path.parent)
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


def _imported_from_beside(tree: ast.Module, folder: Path) -> list[Path]:
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return [path for name in names if (path := folder / f"{name.partition('.')[0]}.py").is_file()]


def own_modules() -> list[ModuleType]:
    """Return the modules that stem from the user's files: strategies and what they imported from beside them."""
    files = {name: Path(file) for name, module in sys.modules.items() if (file := getattr(module, "__file__", None))}
    folders = {file.parent for name, file in files.items() if name.startswith(f"{_PACKAGE}.")}
    return [sys.modules[name] for name, file in files.items() if file.parent in folders]


@contextmanager
def _beside(folder: Path) -> Iterator[None]:
    """Let imports find the files of `folder`, last and freshly: what is edited is what runs."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and Path(file).parent == folder and not name.startswith(_PACKAGE):
            del sys.modules[name]
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = written


def _place(path: Path, cause: BaseException) -> dict[str, object]:
    text = f"{type(cause).__name__}: {cause}"
    if isinstance(cause, SyntaxError) and cause.filename == str(path):
        return {"line": cause.lineno, "cause": f"{type(cause).__name__}: {cause.msg}"}
    lines = [frame.lineno for frame in traceback.extract_tb(cause.__traceback__) if frame.filename == str(path)]
    return {"line": lines[-1] if lines else 1, "cause": text.rstrip(".")}
