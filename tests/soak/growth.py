"""How fast memory grows once everything is warm."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Growth:
    """Samples of resident memory over time, in seconds and MiB; the first third is warming up and does not count."""

    seconds: list[float] = field(default_factory=list)
    mebibytes: list[float] = field(default_factory=list)

    def add(self, seconds: float, mebibytes: float) -> None:
        """Take a sample."""
        self.seconds.append(seconds)
        self.mebibytes.append(mebibytes)

    @property
    def per_hour(self) -> float:
        """MiB an hour, by least squares."""
        first = len(self.seconds) // 3
        slope = np.polyfit(self.seconds[first:], self.mebibytes[first:], 1)[0]
        return float(slope) * 3_600

    def told(self) -> dict[str, float]:
        """Return the figures for the report."""
        return {
            "first": round(self.mebibytes[0], 1),
            "last": round(self.mebibytes[-1], 1),
            "largest": round(max(self.mebibytes), 1),
            "per_hour": round(self.per_hour, 2),
        }
