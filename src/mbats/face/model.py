"""Models from a notebook; the libraries that learn take seconds to import, so each function fetches its own."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from mbats.execution.fills import FillRules
from mbats.face import frames
from mbats.face.backtest import charged
from mbats.face.moments import words
from mbats.ledger.terms import Account
from mbats.reports.information import information
from mbats.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.execution.costs import Costs
    from mbats.face.data import Data
    from mbats.face.moments import Moment
    from mbats.models.version import Version
    from mbats.pipelines.promotion.verdict import Verdict

_FOLD = ("number", "start", "end", "trained", "tested")
_SHOWN = (*_FOLD[1:], "ic", "ic_t")


class Model:
    """A registered version of a model, as a notebook wants it: what it learnt, and how well it did out of fold.

    Attributes
    ----------
    version
        Its manifest and its fits; `reference` is the name that backtests and commands take.
    """

    def __init__(self, version: Version) -> None:
        self.version = version

    @property
    def reference(self) -> str:
        """The name that pins it: ``eurusd/3``."""
        return self.version.reference

    @property
    def figures(self) -> dict[str, float | None]:
        """How its out-of-fold scores went with what came; what is undefined is None."""
        return dict(self.version.manifest["metrics"]["out_of_fold"])

    @property
    def money(self) -> dict[str, Any]:
        """What an account earned that followed those scores at full costs; empty where none could be followed."""
        return dict(self.version.manifest["metrics"]["traded"] or {})

    @property
    def verdict(self) -> str:
        """What its scores are worth, in words."""
        return information(self.figures)

    @cached_property
    def folds(self) -> pd.DataFrame:
        """One row a fold: when it was tested, rows trained and tested, every figure."""
        rows = [
            {name: fold[name] for name in _FOLD} | fold["figures"] for fold in self.version.manifest["metrics"]["folds"]
        ]
        table = pd.DataFrame(rows).set_index("number")
        return table.assign(start=frames.utc(table["start"]), end=frames.utc(table["end"]))

    @cached_property
    def importance(self) -> pd.Series:
        """How much each feature counts, most first, on average over the folds."""
        return pd.Series(self.version.manifest["metrics"]["importance"], dtype=float).sort_values(ascending=False)

    def __repr__(self) -> str:
        manifest = self.version.manifest
        learnt = f"{manifest['estimator']} on {', '.join(manifest['symbols'])}"
        made = ", generated data" if self.version.synthetic else ""
        return f"<Model {self.reference}, {learnt}{made}: {self.verdict}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self)[1:-1])}</p>{self.folds[[*_SHOWN]].to_html()}"


def model(reference: str) -> Model:
    """Return a registered version: ``name/3``, ``name@champion``, or ``name`` (its champion, else its newest).

    Raises
    ------
    mbats.errors.model.UnknownModel, UnknownModelVersion, AliasUnset
    """
    from mbats.bootstrap import models

    return Model(models.registry(Settings.from_environment()).version(reference))


def train(
    data: Data,
    label: str = "sign:12",
    *features: str,
    estimator: str = "lightgbm",
    name: str | None = None,
    account: Account | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    validation: str = "purged-k-fold",
    walk_forward: str = "0.1",
    search: int = 0,
    seed: int = 0,
    controls: bool = True,
    costs: str | Costs = "oanda-us",
    **parameters: Any,
) -> Model:
    """Train a model on the instruments of `data`, judge it out of fold and register it as a challenger.

    Parameters
    ----------
    label
        What is to be predicted, as on the command line: ``sign:12``, ``forward-return:1``, ``triple-barrier``.
    features
        Features or sets of them by name, ``default`` without.
    estimator, parameters
        What learns, and its hyper-parameters.
    since, until
        Learn from bars that open in ``[since, until)``; keep a stretch for `promote` to judge on.
    validation, walk_forward, search, seed, controls
        As the options of ``mbats model train``.
    account, costs
        What the out-of-fold scores are traded with.
    """
    from mbats.bootstrap.training import TrainingOptions, ground, planned
    from mbats.pipelines.training.training import train as trained

    settings, account = Settings.from_environment(), account or Account()
    options = TrainingOptions(
        symbols=data.symbols,
        name=name,
        start=None if since is None else words(since),
        end=None if until is None else words(until),
        snapshot=data.convertible_to(account.currency).snapshot,
        features=features or ("default",),
        label=label,
        estimator=estimator,
        parameters=[f"{key}={value}" for key, value in parameters.items()],
        validation=validation,
        walk_forward=walk_forward,
        search=search,
        seed=seed,
        controls=controls,
    )
    plan = replace(planned(options, settings), account=account, costs=charged(costs, FillRules.VENUE))
    return Model(trained(plan, ground(plan, options, settings)).version)


def promote(*candidates: Model | str, gates: Sequence[str] = (), costs: str = "oanda-us") -> Verdict:
    """Judge versions on bars that none of them has seen, and make the best champion if it passes every gate.

    `verdict.sentence` says what came of it, `verdict.judgements` hold each gate's figure.

    Parameters
    ----------
    gates
        Bounds other than the usual ones: ``trades=50``, ``turnover=off``.
    """
    from mbats.bootstrap.promoting import PromotionOptions, promote_from

    named = [one.reference if isinstance(one, Model) else one for one in candidates]
    return promote_from(PromotionOptions(candidates=named, gates=gates, costs=costs), Settings.from_environment())
