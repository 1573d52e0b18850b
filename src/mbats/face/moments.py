"""Times as a notebook writes them: years, dates, times and text."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from mbats.secmaster.moments import instant

Moment = str | int | date | datetime | np.datetime64


def words(moment: Moment) -> str:
    """Write a moment as text for `instant`; a time without a zone is UTC, a number is a year."""
    if isinstance(moment, np.datetime64):
        moment = pd.Timestamp(moment)
    if isinstance(moment, datetime) and moment.tzinfo:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat() if isinstance(moment, date) else str(moment)


def nanoseconds(moment: Moment | None, default: int) -> int:
    """Return a moment as nanoseconds UTC, and `default` for None.

    Raises
    ------
    mbats.errors.data.BadMoment
        It is neither a year, a date, a time nor text that says one of these.
    """
    return default if moment is None else instant(words(moment))
