"""A passport in words and facts, for the terminal and the notebook."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from mbats.reports.provenance import run_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.pipelines.passport.decided import Decided
    from mbats.pipelines.passport.learned import Learned
    from mbats.pipelines.passport.passport import Passport

NO_MODEL = "No model had a say."
NO_DECISION = "The strategy tells no decisions of its own: its orders are all there is."


def headline(found: Passport) -> str:
    """Return in two sentences what was traded and what came of it."""
    trade = found.trade
    costs = ", ".join(f"{name} {amount:,.2f}" for name, amount in trade.costs.items() if amount)
    end = (
        "is still open, worth" if trade.exit == "open" else f"ended {trade.exit_time:%Y-%m-%d %H:%M} by {trade.exit} at"
    )
    return (
        f"Trade {trade.reference}: {trade.strategy or 'a person'} was {trade.side} {trade.units:,g} "
        f"{trade.instrument} from {trade.entry_time:%Y-%m-%d %H:%M} at {exact(trade.entry_price)}; it {end} "
        f"{exact(trade.exit_price)}.\nNet {trade.net:,.2f} {trade.currency}: gross {trade.gross:,.2f}, "
        f"costs {sum(trade.costs.values()):,.2f}{f' ({costs})' if costs else ''}."
    )


def decision_facts(one: Decided) -> Mapping[str, Any]:
    """Return what was decided, and all that the strategy showed."""
    return {
        "at the close known at": f"{one.at:%Y-%m-%d %H:%M} UTC",
        "units wanted": one.units,
        "close": one.close,
        "stop": one.stop,
        "target": one.target,
        **({"but": one.reason} if one.reason else {}),
        **{name: value for name, value in one.values.items() if not isnan(value)},
    }


def model_facts(model: Learned) -> Mapping[str, Any]:
    """Return what a model said, and what it learned from."""
    fit = model.fit
    used: dict[str, Any] = {"fit": "none was in use at that moment"}
    if fit is not None:
        until = f"until {fit.usable_until:%Y-%m-%d %H:%M}" if fit.usable_until else "until further notice"
        used = {
            "trained on decisions from": f"{fit.trained_from:%Y-%m-%d %H:%M}",
            "to labels known at": f"{fit.trained_until:%Y-%m-%d %H:%M}",
            "in use": f"after {fit.usable_from:%Y-%m-%d %H:%M}, {until}",
            "artefact": fit.artefact,
        }
    return {
        "model": model.reference,
        "score": model.score,
        "version": model.version,
        **used,
        "dataset": model.dataset,
        "snapshot": model.snapshot,
        "features": listed(model.features),
        "label": listed(model.label),
        "estimator": f"{model.estimator} {listed(model.parameters)}".strip(),
        "seed": model.seed,
        "commit": model.commit,
        "trained on generated data": model.synthetic,
    }


def configuration(found: Passport) -> Mapping[str, Any]:
    """Return by what the run was governed: data, code, parameters, size, costs, limits."""
    strategy = found.strategy
    return {
        **({"Session": found.session} if found.session else {}),
        **dict(run_facts(found.info)),
        "Synthetic": "generated prices: a profit is luck or a bug" if found.info.synthetic else "no",
        "Strategy's code": strategy.get("code", "not recorded"),
        "Parameters": listed(strategy.get("parameters", {})),
        "Size": listed(strategy.get("sizing", {})),
        **({"Limits": listed(found.limits) or "none of its own"} if found.limits is not None else {}),
        "Command": found.info.command or "not recorded",
    }


def exact(value: Any) -> str:
    """Return how a value is shown whose every bit counts."""
    if isinstance(value, float):
        return "none" if isnan(value) else f"{value:,.0f}" if value.is_integer() else repr(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def listed(values: Any) -> str:
    """Return names and values, or things, in one line."""
    if isinstance(values, dict):
        return ", ".join(f"{name} {exact(value)}" for name, value in values.items())
    if isinstance(values, list | tuple):
        return ", ".join(map(_called, values))
    return exact(values)


def _called(one: Any) -> str:
    """Return a thing as a person types it: ``rsi:14``."""
    if not (isinstance(one, dict) and "name" in one):
        return str(one)
    return ":".join([str(one["name"]), *map(str, one.get("parameters", {}).values())])
