"""Functions on numbers and arrays that run as machine code, compiled once a machine and kept.

numba's own cache does not notice an edit in a function that another file's function calls. So the cache lies in a
folder named by a digest of all sources that have something compiled, of all that they import and of what compiles
them: any change starts a new one.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from mbats.imports import without

_SETTINGS = ".numba_config.yaml"
"""Of numba, in the working folder."""

# numba looks for SciPy and PyYAML: for a version, and for settings that hardly anybody has.
with without("scipy", *([] if Path(_SETTINGS).exists() else ["yaml"])):
    import numba
    from numba.core.caching import FunctionCache
    from numba.core.runtime.nrt import rtsys
    from numba.extending import register_jitable

Function = TypeVar("Function", bound=Callable[..., Any])

_ROOMS = ("market", "execution", "features", "labels", "ledger", "portfolio", "simulation", "strategies")
"""Where things are compiled."""
_COMPILES = re.compile(rb"from mbats\.compiled import .*\bcompil(?:ed|able)")
_IMPORTS = re.compile(rb"from mbats\.([\w.]+) import")
_KEPT = 8
"""How many generations of compiled code stay at least: several checkouts and versions may be in use on one machine."""
_DAY = 86_400.0


def compiled(function: Function) -> Function:
    """Compile `function` at its first call, for the types it is called with; IEEE arithmetic, nothing reordered.

    Only functions of this package are kept between processes: nobody would notice an edit in what others call.
    """
    return _made(function)


def compiled_loop(function: Function) -> Function:
    """Compile a function that allocates nothing, and all that it calls, without counting who holds which array.

    A count for each of the many columns that go from one function to the next costs ten times what the functions do.
    """
    return _made(function, _nrt=False, forceinline=True)


def compilable(*functions: Callable[..., Any]) -> None:
    """Let compiled functions call plain ones, which stay plain for everybody else."""
    for function in functions:
        register_jitable(function)


def cache_folder() -> Path:
    """Return where compiled code of these very sources is kept."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "mbats" / "compiled" / _digest()


def _made(function: Function, **options: Any) -> Function:
    made = numba.njit(error_model="numpy", fastmath=False, **options)(function)
    if function.__module__.startswith("mbats.") and _prepared():
        made._cache = _Kept(function)
    return cast("Function", made)


class _Kept(FunctionCache):
    """Machine code of one function, loaded without the hundred modules that numba compiles with: they take 0.15 s.

    Whatever is compiled in the same process brings them.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the code for a signature, None where there is none."""
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


@cache
def _prepared() -> bool:
    """Make the cache's folder; without a place to write, everything is compiled anew in each process."""
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        with suppress(FileNotFoundError):  # another process prunes at the same time
            _prune(folder.parent)
    except (OSError, RuntimeError):  # no permission, no such device; no home folder
        return False
    vars(numba.config)["CACHE_DIR"] = str(folder)
    return os.access(folder, os.W_OK)


def _prune(generations: Path) -> None:
    """Remove the generations that were not used for the longest time, nor for a day: someone may still run them."""
    last_use = {folder: folder.stat().st_mtime for folder in generations.iterdir()}
    oldest_first = sorted(last_use, key=last_use.__getitem__)
    for folder in oldest_first[:-_KEPT]:
        if last_use[folder] < max(last_use.values()) - _DAY:
            shutil.rmtree(folder, ignore_errors=True)


@cache
def _digest() -> str:
    here = Path(__file__).parent
    digest = hashlib.sha256(f"{sys.version} {numba.__version__}".encode())
    for name, text in sorted(_sources(here).items()):
        digest.update(name.encode() + text)
    return digest.hexdigest()[:16]


def _sources(package: Path) -> dict[str, bytes]:
    """Return the files of `package` that have something compiled, and all that they import of it, by name."""
    root = f"{package}{os.sep}"
    texts = {
        str(path).removeprefix(root): path.read_bytes() for room in _ROOMS for path in (package / room).rglob("*.py")
    }
    pending = ["compiled.py", *(name for name, text in texts.items() if _COMPILES.search(text))]
    found: dict[str, bytes] = {}
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = texts[name] if name in texts else (package / name).read_bytes()
            modules = {module.decode().replace(".", os.sep) for module in _IMPORTS.findall(found[name])}
            pending += [file for module in modules for file in _files(package, module, texts)]
    return found


def _files(package: Path, module: str, known: Mapping[str, bytes]) -> list[str]:
    """Return the file of a module, or all of a package's, of which one is imported."""
    file = f"{module}.py"
    if file in known or (package / file).exists():
        return [file]
    return [f"{module}{os.sep}{path.name}" for path in (package / module).glob("*.py")]
