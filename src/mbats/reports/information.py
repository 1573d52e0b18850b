"""An information coefficient in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def information(figures: Mapping[str, float | None]) -> str:
    """Say how scores go with what came, from the figures ``ic``, ``ic_low`` and ``ic_high``.

    >>> information({"ic": 0.041, "ic_low": 0.022, "ic_high": 0.059})
    'Information coefficient +0.041, 95 % between +0.022 and +0.059: something found.'
    """
    ic, low, high = (figures.get(name) for name in ("ic", "ic_low", "ic_high"))
    if ic is None or low is None or high is None:
        return "Information coefficient: undefined."
    meaning = "nothing found" if low <= 0.0 <= high else "something found" if low > 0.0 else "wrong way round"
    return f"Information coefficient {ic:+.3f}, 95 % between {low:+.3f} and {high:+.3f}: {meaning}."
