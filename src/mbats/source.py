"""The users' own Python files: run as they are now, and blamed by line."""

from __future__ import annotations

import ast
import sys
import traceback
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from mbats.errors.base import MbatsError


def load_own_file(path: Path, package: str, broken: type[MbatsError]) -> ModuleType:
    """Run a Python file as it is now and return its module; it may import other files of its folder.

    Parameters
    ----------
    package
        Under which name modules of this kind are kept: ``package.folder.file``.
    broken
        The error to raise, with `file`, `line` of the user's code and `cause`.
    """
    name = f"{package}.{path.parent.name}.{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise broken(file=path, line=1, cause="it is no Python file")
    module = module_from_spec(spec)
    with _beside(path.parent, package):
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as cause:
            del sys.modules[name]
            raise broken(file=path, **_place(path, cause)) from cause
    return module


def own_modules_of(package: str) -> list[ModuleType]:
    """Return the modules that stem from users' files under `package`, and what they imported from beside them."""
    files = {name: Path(file) for name, module in sys.modules.items() if (file := getattr(module, "__file__", None))}
    folders = {file.parent for name, file in files.items() if name.startswith(f"{package}.")}
    return [sys.modules[name] for name, file in files.items() if file.parent in folders]


def imported_from_beside(tree: ast.Module, folder: Path) -> list[Path]:
    """Return the files of `folder` that a syntax tree imports."""
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return [path for name in names if (path := folder / f"{name.partition('.')[0]}.py").is_file()]


def line_of(cause: BaseException, file: str) -> tuple[str, int]:
    """Return file and line where `cause` was raised: the last one in `file`, else the last one at all."""
    frames = traceback.extract_tb(cause.__traceback__)
    frame = ([frame for frame in frames if frame.filename == file] or list(frames))[-1]
    return frame.filename, frame.lineno or 1


@contextmanager
def _beside(folder: Path, package: str) -> Iterator[None]:
    """Let imports find the files of `folder`, last and freshly: what is edited is what runs."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and Path(file).parent == folder and not name.startswith(package):
            del sys.modules[name]
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = written


def _place(path: Path, cause: BaseException) -> dict[str, Any]:
    text = f"{type(cause).__name__}: {cause}"
    if isinstance(cause, SyntaxError) and cause.filename == str(path):
        return {"line": cause.lineno, "cause": f"{type(cause).__name__}: {cause.msg}"}
    lines = [frame.lineno for frame in traceback.extract_tb(cause.__traceback__) if frame.filename == str(path)]
    return {"line": lines[-1] if lines else 1, "cause": text.rstrip(".")}
