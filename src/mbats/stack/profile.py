from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.stack.service import Service


@dataclass(frozen=True, slots=True)
class Profile:
    """More of the stack for those who ask for it.

    Attributes
    ----------
    name, title
        What one asks for, and what one gets.
    rows
        Its own services, for a number of workers.
    change
        Each service of the whole stack as it is under the profile, for a number of workers: the same name and needs,
        so that ``compose.yaml`` is the same under all profiles.
    """

    name: str
    title: str
    rows: Callable[[int], tuple[Service, ...]]
    change: Callable[[Service, int], Service]
