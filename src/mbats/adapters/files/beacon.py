from __future__ import annotations

import json
import logging
import os
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mbats.live.beacon import Beat

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.clock import Clock

_log = logging.getLogger(__name__)


class FolderBeacon:
    """Implements `mbats.live.beacon.Beacon` in a folder: a file for a session's beats, one for each kind of latch.

    Files are replaced whole and belong to their owner alone. The age of a beat is the file's by this machine's clock.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock

    def beat(self, session: str, beat: Beat) -> None:
        """Say that the session lives."""
        self._write(self._folder / f"{session}.beat", json.dumps(_plain(beat)))

    def heard(self, session: str) -> tuple[Beat, float] | None:
        """Return the last beat and its age in seconds; None: there was none."""
        path = self._folder / f"{session}.beat"
        try:
            age = max(0.0, self._clock.now().timestamp() - path.stat().st_mtime)
            return _beat(json.loads(path.read_text())), age
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def latch(self, session: str, reason: str, *, lasting: bool) -> None:
        """Let the session enter nothing: for good, or until this is released; the first reason stays."""
        path = self._folder / f"{session}.{'latch' if lasting else 'hold'}"
        if not path.exists():
            self._write(path, reason)

    def latched(self, session: str) -> str | None:
        """Return why the session may enter nothing; None: it may. A latch that cannot be read holds."""
        for kind in ("latch", "hold"):
            try:
                return (self._folder / f"{session}.{kind}").read_text()
            except FileNotFoundError:
                continue
            except OSError as trouble:
                return f"the latch cannot be read: {trouble.strerror}"
        return None

    def release(self, session: str) -> None:
        """Take back what was not meant to last."""
        (self._folder / f"{session}.hold").unlink(missing_ok=True)

    def _write(self, path: Path, text: str) -> None:
        fresh = path.with_suffix(f"{path.suffix}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(text)
            fresh.replace(path)
        except OSError as trouble:
            _log.warning("%s cannot be written: %s", path, trouble.strerror)


def _plain(beat: Beat) -> dict[str, Any]:
    navs = {name: None if (value := getattr(beat, name)) is None else str(value) for name in ("day_nav", "high_nav")}
    units = {symbol: str(held) for symbol, held in beat.units.items()}
    told = {"adopted": list(beat.adopted), "condition": beat.condition}
    return {"time": beat.time, "last": beat.last, "units": units, **navs, **told}


def _beat(plain: dict[str, Any]) -> Beat:
    navs = {name: None if plain[name] is None else Decimal(plain[name]) for name in ("day_nav", "high_nav")}
    units = {symbol: Decimal(held) for symbol, held in plain["units"].items()}
    adopted = tuple(plain.get("adopted", ()))
    return Beat(plain["time"], plain["last"], units, **navs, condition=plain["condition"], adopted=adopted)
