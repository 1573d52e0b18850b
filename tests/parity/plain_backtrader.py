"""The sample strategy as anybody would write it in plain Backtrader: nothing of ours but its numbers."""

import math

import backtrader as bt


class RowFeed(bt.feed.DataBase):
    """Bars read row by row; `columns` are lists of open, high, low, close and of datetimes."""

    params = (("columns", None),)

    def start(self):
        super().start()
        self._row = 0

    def _load(self):
        times, opens, highs, lows, closes = self.p.columns
        if self._row == len(times):
            return False
        self.lines.datetime[0] = bt.date2num(times[self._row])
        self.lines.open[0], self.lines.high[0] = opens[self._row], highs[self._row]
        self.lines.low[0], self.lines.close[0] = lows[self._row], closes[self._row]
        self.lines.volume[0] = self.lines.openinterest[0] = 0.0
        self._row += 1
        return True


class PlainRsiBracket(bt.Strategy):
    """RSI(30), slow Stochastic(20,3,3), ATR(5); bracket of 1 and 2 ATR around the signal's close; 1,000 units."""

    params = (
        *(("rsi_period", 30), ("rsi_low", 40), ("rsi_high", 60)),
        *(("stochastic_period", 20), ("stochastic_k", 3), ("stochastic_d", 3)),
        *(("atr_period", 5), ("stop_atr", 1), ("target_atr", 2)),
    )

    def __init__(self):
        self.tools = []
        smooth = {"period_dfast": self.p.stochastic_k, "period_dslow": self.p.stochastic_d}
        for data in self.datas:
            rsi = bt.indicators.RSI(data, period=self.p.rsi_period)
            stochastic = bt.indicators.Stochastic(data, period=self.p.stochastic_period, **smooth)
            self.tools.append((data, rsi, stochastic, bt.indicators.ATR(data, period=self.p.atr_period)))
        self.seen = [0] * len(self.datas)
        self.waiting = {}
        self.fills, self.trades, self.rejected, self.equity = [], [], 0, []

    def next(self):
        self.equity.append(self.broker.getvalue())
        for number, (data, rsi, stochastic, atr) in enumerate(self.tools):
            if len(data) == self.seen[number]:
                continue
            self.seen[number] = len(data)
            if self.getposition(data).size or self.waiting.get(data._name):
                continue
            if math.isnan(rsi[0] + stochastic.percD[0] + atr[0]):
                continue
            close = data.close[0]
            if rsi[0] < self.p.rsi_low:
                orders = self.buy_bracket(
                    data=data,
                    size=1000,
                    exectype=bt.Order.Market,
                    stopprice=close - self.p.stop_atr * atr[0],
                    limitprice=close + self.p.target_atr * atr[0],
                )
            elif rsi[0] > self.p.rsi_high:
                orders = self.sell_bracket(
                    data=data,
                    size=1000,
                    exectype=bt.Order.Market,
                    stopprice=close + self.p.stop_atr * atr[0],
                    limitprice=close - self.p.target_atr * atr[0],
                )
            else:
                continue
            self.waiting[data._name] = orders[0].ref

    def notify_order(self, order):
        if not order.alive() and self.waiting.get(order.data._name) == order.ref:
            self.waiting[order.data._name] = None
        if order.status == order.Completed:
            done = order.executed
            self.fills.append((order.data._name, len(order.data) - 1, done.size, done.price, done.comm))
        self.rejected += order.status in (order.Margin, order.Rejected)

    def notify_trade(self, trade):
        if trade.isclosed:
            self.trades.append((trade.data._name, trade.price, trade.pnl, trade.pnlcomm))


class PlainPanel(PlainRsiBracket):
    """The same, trading each instrument as soon as its own indicators are there."""

    def prenext(self):
        self.next()


def run_plain(market, cash, commission=0.0, **parameters):
    """Run the strategy over columns by name and return it."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(cash)
    cerebro.broker.setcommission(commission=commission)
    for name, columns in market.items():
        cerebro.adddata(RowFeed(columns=columns, name=name, timeframe=bt.TimeFrame.Minutes, compression=60))
    cerebro.addstrategy(PlainRsiBracket if len(market) == 1 else PlainPanel, **parameters)
    return cerebro.run()[0]
