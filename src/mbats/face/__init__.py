"""What a notebook types: ``import mbats as mb``."""

from mbats.execution.costs import Commission, Costs, Spread, SpreadSource
from mbats.face.backtest import backtest, run
from mbats.face.data import Data, reference_market, snapshot
from mbats.face.run import Run
from mbats.face.size import fixed_units, percent_risk, volatility_target
from mbats.ledger.terms import Account
from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.samples.rsi_stochastic_bracket import RsiStochasticBracket
from mbats.strategies.signal import Anchor, Entry, OnOpenPosition, Signals, SignalStrategy
from mbats.strategies.target import Targets, TargetStrategy

__all__ = [
    "Account",
    "Anchor",
    "Commission",
    "Costs",
    "Data",
    "Entry",
    "OnOpenPosition",
    "RsiBracket",
    "RsiStochasticBracket",
    "Run",
    "SignalStrategy",
    "Signals",
    "Spread",
    "SpreadSource",
    "TargetStrategy",
    "Targets",
    "backtest",
    "fixed_units",
    "percent_risk",
    "reference_market",
    "run",
    "snapshot",
    "volatility_target",
]
