"""Why an order exists, carried through the venue in its tag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mbats.adapters.oanda.reasons import FILLED_BY, PROTECTION
from mbats.execution.order import OrderType, Role

_MARK = "mbats:"


def tag(role: Role) -> str:
    """Return the tag of an order of ours."""
    return _MARK + role.name.lower()


def role_of(raw: Mapping[str, Any]) -> Role:
    """Return the role of an order: as its tag says where it is ours, else as its type and reason say."""
    kind = str(raw.get("type")).removesuffix("_REJECT")
    if kind in PROTECTION:
        return PROTECTION[kind]
    extensions = raw.get("clientExtensions")
    own = str(extensions.get("tag")) if isinstance(extensions, Mapping) else ""
    name = own.removeprefix(_MARK).upper()
    if own.startswith(_MARK) and name in Role.__members__:
        return Role[name]
    nothing = OrderType.MARKET, Role.EXIT if raw.get("positionFill") == "REDUCE_ONLY" else Role.ENTRY
    return FILLED_BY.get(f"{kind}_{raw.get('reason')}", nothing)[1]
