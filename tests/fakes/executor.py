"""Ways to judge cells that need no market."""

import os
import time
from pathlib import Path

import numpy as np

from mbats.errors.snapshot import ObjectMissing
from mbats.pipelines.sweep.cell import Cell, CellResult


def cells(count, **more):
    return [Cell(number, {"period": number, **more}) for number in range(count)]


def batches(count, size=5, **more):
    every = cells(count, **more)
    return [every[start : start + size] for start in range(0, count, size)]


class Judge:
    """Figures from the parameters alone, the same bits anywhere; counts in `folder` who judged what."""

    def __init__(self, folder):
        self.folder = folder
        self.batches = 0

    def __call__(self, batch):
        self.batches += 1
        return [self.judged(cell) for cell in batch]

    def judged(self, cell):
        with (Path(self.folder) / f"{cell.number}").open("a") as file:
            file.write(f"{os.getpid()}\n")
        returns = np.random.default_rng(cell.number).normal(size=50)
        return CellResult(cell, {"sharpe": float(returns.mean() / returns.std()), "undefined": None}, returns)


class Refusing(Judge):
    def judged(self, cell):
        if cell.number == 7:
            raise ObjectMissing(key="snapshots/abc")
        return super().judged(cell)


class Dying(Judge):
    """Its process is killed at cell 7, as by the system that runs out of memory: `deaths` times in all."""

    def __init__(self, folder, deaths):
        super().__init__(folder)
        self.deaths = deaths

    def judged(self, cell):
        result = super().judged(cell)
        if cell.number == 7 and len((Path(self.folder) / "7").read_text().split()) <= self.deaths:
            os.write(2, b"no memory left\n")
            os.kill(os.getpid(), 9)
        return result


class Slow(Judge):
    def judged(self, cell):
        time.sleep(0.02)
        return super().judged(cell)


class OutOfRoom(Judge):
    def judged(self, cell):
        with Path("/dev/full").open("w") as full:
            full.write("x" * 10_000)
        return super().judged(cell)
