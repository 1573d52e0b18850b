"""Where a report comes from: what was run, on which data, by which rules, and how to run it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbats import __version__
from mbats.execution.fills import FillRules
from mbats.ledger.run import LIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.ledger.run import RunInfo

Fact = tuple[str, str]

_RULES = {
    FillRules.VENUE: "venue: stop and target live from the fill, long exits on bid and short exits on ask",
    FillRules.BACKTRADER: "backtrader: Backtrader's own rules on mid prices, for comparison only",
}
_UNKNOWN = "not recorded"


@dataclass(frozen=True, slots=True)
class StrategyFacts:
    """One strategy of the run: its name, what it traded and by which parameters."""

    name: str
    facts: tuple[Fact, ...]
    parameters: tuple[Fact, ...]


def run_facts(info: RunInfo) -> tuple[Fact, ...]:
    """Return what identifies the run and the conditions under which it traded."""
    return (
        ("Run", str(info.id)),
        ("Started", f"{info.started_at:%Y-%m-%d %H:%M} UTC"),
        ("Data snapshot", info.snapshot or _UNKNOWN),
        ("Code commit", info.commit or _UNKNOWN),
        ("MBATS version", __version__),
        *_fills(info),
        ("Account", _account(info.account)),
        ("Costs", _costs(info.costs)),
    )


def _fills(info: RunInfo) -> tuple[Fact, ...]:
    if info.simulator == LIVE:
        return (("Fills", "the venue's own"),)
    rules = _RULES[FillRules(info.fills)] if info.fills in set(FillRules) else info.fills
    return ("Simulator", info.simulator), ("Fill rules", rules)


def strategy_facts(info: RunInfo) -> tuple[StrategyFacts, ...]:
    """Return the strategies with their sizes and parameters."""
    return tuple(_strategy(share) for share in info.strategies)


def strategy_names(info: RunInfo) -> str:
    """Return the names of the strategies, each once."""
    return ", ".join(dict.fromkeys(str(share.get("name", "")) for share in info.strategies)) or "No strategy"


def _strategy(share: Mapping[str, Any]) -> StrategyFacts:
    facts = (
        ("Instruments", ", ".join(share.get("instruments", ()))),
        ("Sizing", _sizing(share.get("sizing", {}))),
        ("Source", str(share.get("code") or _UNKNOWN)),
    )
    parameters = tuple((name, written(value)) for name, value in sorted(share.get("parameters", {}).items()))
    return StrategyFacts(str(share.get("name", "")), facts, parameters)


def _sizing(sizing: Mapping[str, Any]) -> str:
    numbers = ", ".join(f"{name} {written(value)}" for name, value in sizing.items() if name != "rule")
    return f"{sizing.get('rule', _UNKNOWN)} ({numbers})" if numbers else str(sizing.get("rule", _UNKNOWN))


def _account(account: Mapping[str, Any]) -> str:
    leverage = account.get("leverage")
    bound = f", leverage at most {written(leverage)}" if leverage else ", leverage by each instrument's margin rate"
    return f"{float(account.get('cash', 0)):,.2f} {account.get('currency', '')}{bound}"


def _costs(costs: Mapping[str, Any]) -> str:
    spread, commission = costs.get("spread", {}), costs.get("commission", {})
    source = str(spread.get("source", _UNKNOWN))
    parts = [
        f"spread {source}" + (f" {written(spread.get('pips'))} pips" if source == "fixed" else ""),
        f"commission {written(commission.get('fraction', 0))} of the value",
        f"{written(commission.get('per_unit', 0))} a unit",
        f"slippage {written(costs.get('slippage_pips', 0))} pips",
        f"conversion {float(costs.get('conversion_markup', 0)):.2%}",
        "financing " + ("charged where rates are known" if costs.get("financing") else "not charged"),
    ]
    return f"{costs.get('name', _UNKNOWN)}: {'; '.join(parts)}"


def written(value: object) -> str:
    """Write a parameter's value: floats without needless zeros, everything else as it is."""
    return f"{value:g}" if isinstance(value, float) else str(value)
