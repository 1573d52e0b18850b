"""What a notebook types: ``import mbats as mb``."""

from mbats.errors.base import MbatsError
from mbats.execution.costs import Commission, Costs, Spread, SpreadSource
from mbats.face import indicators
from mbats.face.backtest import backtest, run
from mbats.face.compare import compare
from mbats.face.data import Data, planted_market, reference_market, snapshot
from mbats.face.model import Model, model, promote, train
from mbats.face.paper import Explained, Paper, paper
from mbats.face.run import Run
from mbats.face.size import fixed_units, percent_risk, volatility_target
from mbats.face.sweep import Sweep, sweep
from mbats.face.trade import Trade, Why, trade
from mbats.face.walk_forward import WalkForward, walk_forward
from mbats.ledger.terms import Account
from mbats.market.bars import Bars
from mbats.market.panel import Panel
from mbats.strategies.model_bracket import ModelBracket
from mbats.strategies.model_signal import ModelSignal
from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.samples.rsi_stochastic_bracket import RsiStochasticBracket
from mbats.strategies.signal import Anchor, Entry, OnOpenPosition, Signals, SignalStrategy
from mbats.strategies.target import Targets, TargetStrategy

__all__ = [
    "Account",
    "Anchor",
    "Bars",
    "Commission",
    "Costs",
    "Data",
    "Entry",
    "Explained",
    "MbatsError",
    "Model",
    "ModelBracket",
    "ModelSignal",
    "OnOpenPosition",
    "Panel",
    "Paper",
    "RsiBracket",
    "RsiStochasticBracket",
    "Run",
    "SignalStrategy",
    "Signals",
    "Spread",
    "SpreadSource",
    "Sweep",
    "TargetStrategy",
    "Targets",
    "Trade",
    "WalkForward",
    "Why",
    "backtest",
    "compare",
    "fixed_units",
    "indicators",
    "model",
    "paper",
    "percent_risk",
    "planted_market",
    "promote",
    "reference_market",
    "run",
    "snapshot",
    "sweep",
    "trade",
    "train",
    "volatility_target",
    "walk_forward",
]
