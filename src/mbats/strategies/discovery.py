"""Find strategies by name: the user's own in a folder of Python files, installed ones by entry point."""

from __future__ import annotations

import difflib
import inspect
import re
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mbats.errors.base import MbatsError
from mbats.errors.strategy import AmbiguousStrategy, StrategyIncomplete, StrategyInstallBroken, UnknownStrategy
from mbats.strategies.signal import SignalStrategy
from mbats.strategies.source import digest, load_file
from mbats.strategies.target import TargetStrategy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import EntryPoint

GROUP = "mbats.strategies"


@dataclass(frozen=True, slots=True)
class StrategySource:
    """A strategy and where it comes from.

    Attributes
    ----------
    name
        The class's name.
    kind
        ``signal``, ``target`` or ``backtrader``.
    reference
        The longest name, which is never ambiguous: ``file.py:Class`` or ``package.module:Class``.
    digest
        SHA-256 of its normalised source code and of what it inherits or imports from beside it.
    """

    name: str
    kind: str
    cls: type[Any]
    path: Path
    reference: str
    digest: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """What there is, ordered by name, and why some of it cannot be used."""

    sources: tuple[StrategySource, ...]
    broken: tuple[MbatsError, ...]


def discover(folder: Path) -> Discovery:
    """Load every strategy in `folder` (which need not exist) and every installed one."""
    sources, broken = [], []
    for candidate in _candidates(folder):
        try:
            sources.append(candidate.load())
        except MbatsError as error:
            broken.append(error)
    found = dict.fromkeys(source for group in sources for source in group)
    return Discovery(tuple(sorted(found, key=lambda source: (source.name, source.reference))), tuple(broken))


def find(name: str, folder: Path) -> StrategySource:
    """Return the strategy that `name` means; files that do not speak of it are not run.

    Parameters
    ----------
    name
        The class's name (``MyIdea``), its kebab form (``my-idea``), an entry point, ``file.py:MyIdea`` or
        ``package.module:MyIdea``.

    Raises
    ------
    UnknownStrategy, AmbiguousStrategy, StrategyFileBroken, StrategyInstallBroken
    """
    named = [candidate for candidate in _candidates(folder) if candidate.may_hold(name)]
    loaded = [source for candidate in named for source in candidate.load()]
    matches = list(dict.fromkeys(source for source in loaded if _is_named(source, name, named)))
    if len(matches) > 1:
        references = ", ".join(source.reference for source in matches)
        raise AmbiguousStrategy(name=name, count=len(matches), references=references)
    if not matches:
        raise _unknown(name, folder)
    return matches[0]


def kebab(name: str) -> str:
    """Return a class's name in lower case with dashes: ``RsiBracket`` becomes ``rsi-bracket``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).replace("_", "-").lower()


@dataclass(frozen=True, slots=True)
class _File:
    path: Path

    def may_hold(self, name: str) -> bool:
        """Tell from the text whether the file could mean `name`, without running it."""
        file, _, _ = name.rpartition(":")
        if file:
            return file == self.path.name
        classes = re.findall(r"^class\s+(\w+)", self.path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        return name in classes or name in map(kebab, classes)

    def load(self) -> list[StrategySource]:
        module = load_file(self.path)
        own = [cls for cls in vars(module).values() if inspect.isclass(cls) and cls.__module__ == module.__name__]
        return [source for cls in own for source in _sources(cls, f"{self.path.name}:{cls.__name__}")]


@dataclass(frozen=True, slots=True)
class _Installed:
    entry: EntryPoint

    def may_hold(self, name: str) -> bool:
        return name in {self.entry.name, self.entry.value, self.entry.attr, kebab(self.entry.attr)}

    def load(self) -> list[StrategySource]:
        try:
            cls = self.entry.load()
        except Exception as cause:
            text = f"{type(cause).__name__}: {cause}"
            raise StrategyInstallBroken(name=self.entry.name, target=self.entry.value, cause=text) from cause
        return _sources(cls, self.entry.value)


def _candidates(folder: Path) -> Iterator[_File | _Installed]:
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith(("_", ".")):
            yield _File(path)
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        yield _Installed(entry)


def _sources(cls: type[Any], reference: str) -> list[StrategySource]:
    kind = kind_of(cls)
    if not kind or cls.__name__.startswith("_"):
        return []
    if inspect.isabstract(cls):
        missing = ", ".join(sorted(cls.__abstractmethods__))
        raise StrategyIncomplete(strategy=cls.__name__, file=inspect.getfile(cls), missing=missing)
    return [StrategySource(cls.__name__, kind, cls, Path(inspect.getfile(cls)), reference, digest(cls))]


def kind_of(cls: type[Any]) -> str:
    """Tell the kind of a strategy class, ``""`` for any other; Backtrader's is known by name, to not import it."""
    if issubclass(cls, SignalStrategy | TargetStrategy):
        return cls.kind
    foreign = any(base.__name__ == "Strategy" and base.__module__.startswith("backtrader.") for base in cls.__mro__[1:])
    return "backtrader" if foreign else ""


def _is_named(source: StrategySource, name: str, named: Iterable[_File | _Installed]) -> bool:
    if name in {source.name, kebab(source.name), source.reference}:
        return True
    return any(
        isinstance(it, _Installed) and it.entry.name == name and it.entry.value == source.reference for it in named
    )


def _unknown(name: str, folder: Path) -> MbatsError:
    discovery = discover(folder)
    if discovery.broken:
        return discovery.broken[0]
    known = sorted({source.name for source in discovery.sources})
    close = difflib.get_close_matches(name, known, n=1) or difflib.get_close_matches(
        kebab(name), map(kebab, known), n=1
    )
    near = f"Did you mean {close[0]}? " if close else ""
    return UnknownStrategy(name=name, folder=folder, near=near, known=", ".join(known) or "none")
