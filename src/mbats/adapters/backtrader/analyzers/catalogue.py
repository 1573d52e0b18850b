from mbats.adapters.backtrader.analyzers.feature_logger import FeatureLogger
from mbats.adapters.backtrader.analyzers.performance import PositionPerformance, StrategyPerformance
from mbats.adapters.backtrader.analyzers.run_information import RunInformation
from mbats.adapters.backtrader.analyzers.transactions import Transactions

ALL = (RunInformation, Transactions, PositionPerformance, StrategyPerformance, FeatureLogger)
