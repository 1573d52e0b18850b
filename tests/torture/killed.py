"""Schedules in flowing time whose processes, session and exchange, are killed with signal 9 whenever it pleases."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, ClassVar

from mbats.bootstrap.exchange_home import ExchangeHome
from mbats.clock import SystemClock
from mbats.exchange.pacing import Flowing
from torture.exchange import Exchange
from torture.process import Forked
from torture.schedule import Schedule, draw
from torture.trial import PATIENCE, Evidence, Trial

if TYPE_CHECKING:
    from torture.session import Incarnation

SPEED = 14_400
_STREAMS = ("stall", "cut", "repeat")
_MOST_KILLS = 12


def drawn(seed: int) -> Schedule:
    """Return the schedule of `seed` for flowing time: no weekend to wait for, and streams that fail, too."""
    from dataclasses import replace

    random, schedule = Random(-seed), draw(seed)
    streams = [
        {
            "kind": random.choice(_STREAMS),
            "path": "*/stream",
            "skip": random.randrange(6),
            "times": random.randrange(1, 5),
        }
        for _ in range(random.randrange(3))
    ]
    return replace(schedule, offset=random.randrange(60), deaths=(), faults=(*schedule.faults, *streams))


class KilledTrial(Trial):
    """Kills from outside, at moments that nobody can foresee."""

    options: ClassVar = {"bars_wait": 900, "heartbeat": 1_800, "reconcile": 3_600, "patience": PATIENCE}

    def run(self) -> Evidence:
        self._folder = Path(tempfile.mkdtemp(prefix="mbats-torture-"))
        try:
            return super().run()
        finally:
            shutil.rmtree(self._folder)

    def _opened(self, account: str) -> Exchange:
        home = ExchangeHome(self._folder)
        return Exchange(self._market, account, home=home, pacing=Flowing(SystemClock(), SPEED))

    def _live(self, incarnation: Incarnation) -> None:
        random, kills = Random(self.schedule.seed), 0
        while not self._over(incarnation.terms):
            self._lives += 1
            process = Forked(lambda tell, _: incarnation.live(None, tell))
            while process.silent(random.expovariate(1.5) if kills < _MOST_KILLS else 60):
                kills += 1
                if random.random() < 0.3:
                    self._kill_exchange()
                else:
                    process.kill()
                    self._deaths["session killed"] += 1
            end = process.hear()
            process.bury()
            if isinstance(end, Exception):
                raise end
            if end is not None and not str(end).startswith("could not begin"):
                return

    def _kill_exchange(self) -> None:
        self._deaths["exchange killed"] += 1
        self._exchange.kill()
        self._exchange.begin_again()
        self._conductor.arm()
