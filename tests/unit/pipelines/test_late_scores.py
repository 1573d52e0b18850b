import numpy as np

from fakes.versions import version
from mbats.execution.costs import OANDA_US
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.market.planted import planted
from mbats.market.timeframe import Timeframe
from mbats.pipelines.late_scores import late_figures
from mbats.secmaster.moments import instant

START = instant("2023-01-01")
MARKET = planted(["EUR_USD"], Timeframe("H1"), START, instant("2023-03-01"), signal=0.0, seed=5)
DEAR = FinancingRates({"EUR_USD": DatedRates(np.array([START]), np.array([-9.0]), np.array([-9.0]), "a test")})


def test_a_label_that_is_a_trade_pays_its_financing():
    label = {"name": "triple-barrier", "stop": 2.0, "target": 2.0, "bars": 24, "side": "long"}
    judged = version(kind="class", label=label)
    scores = {symbol: np.full(len(bars), 0.5) for symbol, bars in MARKET.items()}
    free = late_figures(judged, MARKET, scores, OANDA_US, START)
    charged = late_figures(judged, MARKET, scores, OANDA_US, START, financing=DEAR)
    assert charged["n"] == free["n"]
    assert charged["base_rate"] < free["base_rate"]
