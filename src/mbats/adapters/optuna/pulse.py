"""Signs of life of the trials that are being judged, so that those of a killed sweep are told from them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from optuna.exceptions import StorageInternalError

if TYPE_CHECKING:
    from optuna.storages import RDBStorage


class Pulse:
    """A thread that beats for the trials in flight, for as long as there are any."""

    def __init__(self, storage: RDBStorage, seconds: float) -> None:
        self._storage = storage
        self._seconds = seconds
        self._trials: set[int] = set()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, trial: int) -> None:
        """Beat for a trial, by its id in the storage, at once and from now on."""
        self._trials.add(trial)
        self._storage.record_heartbeat(trial)
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._beat, name="mbats-pulse", daemon=True)
            self._thread.start()

    def end(self, trial: int) -> None:
        """Let a trial rest."""
        self._trials.discard(trial)

    def stop(self) -> None:
        """Let all rest."""
        self._stopped.set()

    def _beat(self) -> None:
        while not self._stopped.wait(self._seconds) and self._trials:
            for trial in list(self._trials):
                try:
                    self._storage.record_heartbeat(trial)
                except StorageInternalError:
                    # Whoever tells the trial's result next meets the same database, and says so.
                    return
