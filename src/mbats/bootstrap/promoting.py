"""From what a person typed to a champion, to live, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.bootstrap import models, wiring
from mbats.bootstrap.backtesting import named_costs
from mbats.bootstrap.model_market import model_market
from mbats.bootstrap.provenance import author
from mbats.clock import SystemClock
from mbats.ledger.terms import Account, amount
from mbats.models.gates.bounds import Bounds
from mbats.models.registry import Alias
from mbats.pipelines.promotion.later_market import LaterMarket
from mbats.pipelines.promotion.promotion import Promotion
from mbats.strategies.discovery import find
from mbats.strategies.parameters import configure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.models.registry import ModelRegistry
    from mbats.models.version import Version
    from mbats.pipelines.promotion.assessment import Assessment
    from mbats.pipelines.promotion.move import Move
    from mbats.pipelines.promotion.verdict import Verdict
    from mbats.settings import Settings
    from mbats.strategies.model_signal import ModelSignal


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionOptions:
    """A promotion in a person's words; the fields are the options of ``mbats model promote``."""

    candidates: Sequence[str]
    model: str | None = None
    snapshot: str | None = None
    gates: Sequence[str] = ()
    strategy: str | None = None
    parameters: Sequence[str] = ()
    costs: str = "oanda-us"
    cash: str = "100000"
    currency: str = "USD"


def promote_from(options: PromotionOptions, settings: Settings) -> Verdict:
    """Judge the versions that are named, and promote the best of them if it passes."""
    bounds = Bounds().changed(options.gates)
    known = promotion(settings)
    candidates = [candidate(text, known.registry) for text in options.candidates]
    name = options.model or candidates[0].name
    return known.promote(name, candidates, Freezing(options, settings), bounds)


def candidate(text: str, registry: ModelRegistry) -> Version:
    """Return the version that a person means: one by number or alias, or of a model its challenger, else its newest.

    Raises
    ------
    mbats.errors.model.UnknownModel, UnknownModelVersion, AliasUnset
    """
    if "/" in text or "@" in text:
        return registry.version(text)
    if text in registry.names() and Alias.CHALLENGER in registry.aliases(text):
        return registry.version(f"{text}@{Alias.CHALLENGER}")
    known = registry.versions(text)
    return known[-1] if known else registry.version(text)


def challengers(name: str, settings: Settings) -> list[Version]:
    """Return what stands beside a model's champion: its challenger and all versions newer than the champion."""
    registry = models.registry(settings)
    aliases = registry.aliases(name)
    champion = aliases.get(Alias.CHAMPION, 0)
    return [
        version
        for version in registry.versions(name)
        if version.number > champion or version.number == aliases.get(Alias.CHALLENGER)
    ]


def go_live(reference: str, settings: Settings) -> Move:
    """Point ``live`` to a version (of a model: to its champion), because a person says so."""
    plain = "/" not in reference and "@" not in reference
    return promotion(settings).go_live(f"{reference}@{Alias.CHAMPION}" if plain else reference)


def roll_back(name: str, alias: str, settings: Settings) -> Move:
    """Take an alias back to where it was."""
    return promotion(settings).rollback(name, Alias(alias))


def promotion(settings: Settings) -> Promotion:
    """Return what judges and moves, with the registry, the risk database and the present user."""
    return Promotion(
        registry=models.registry(settings),
        store=wiring.model_store(settings),
        register=wiring.trial_register(settings),
        clock=SystemClock(),
        by=author(),
    )


@dataclass(frozen=True, slots=True)
class Freezing:
    """Implements `mbats.pipelines.promotion.assessment.Assessor`: freezes the market once the candidates are known."""

    options: PromotionOptions
    settings: Settings

    def assess(self, name: str, versions: Sequence[Version], needed: int) -> Assessment:
        """Return what each version did on what none of them has seen."""
        options, costs = self.options, named_costs(self.options.costs)
        there = model_market(versions, self.settings, options.currency, options.snapshot)
        later = LaterMarket(
            snapshot=there.snapshot,
            market=there.market,
            scorer=there.scorer,
            leaks=lambda version: len(there.findings(version, costs)),
            others=there.others,
            series=there.series,
            strategy=self._strategy(),
            account=Account(options.currency, amount(options.cash)),
            costs=costs,
            financing=there.financing,
        )
        return later.assess(name, versions, needed)

    def _strategy(self) -> ModelSignal | None:
        if self.options.strategy is None and not self.options.parameters:
            return None
        source = find(self.options.strategy or "ModelBracket", self.settings.strategies)
        strategy: ModelSignal = configure(source, self.options.parameters).strategy
        return strategy
