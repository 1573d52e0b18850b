from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.labels import discovery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.labels.label import Label


def label_from(wanted: str | Mapping[str, Any]) -> Label:
    """Return the label that a text or a specification means; see `mbats.labels.discovery.label_from`."""
    return discovery.label_from(wanted)
