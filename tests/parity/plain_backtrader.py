"""The sample strategy as anybody would write it in plain Backtrader: nothing of ours but its numbers."""

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

    def __init__(self):
        self.tools = []
        for data in self.datas:
            rsi = bt.indicators.RSI(data, period=30)
            stochastic = bt.indicators.Stochastic(data, period=20, period_dfast=3, period_dslow=3)
            self.tools.append((data, rsi, stochastic, bt.indicators.ATR(data, period=5)))
        self.seen = [0] * len(self.datas)
        self.waiting = {}
        self.fills, self.trades, self.rejected = [], [], 0

    def next(self):
        for number, (data, rsi, _, atr) in enumerate(self.tools):
            if len(data) == self.seen[number]:
                continue
            self.seen[number] = len(data)
            if self.getposition(data).size or self.waiting.get(data._name):
                continue
            close = data.close[0]
            if rsi[0] < 40:
                orders = self.buy_bracket(
                    data=data,
                    size=1000,
                    exectype=bt.Order.Market,
                    stopprice=close - atr[0],
                    limitprice=close + 2 * atr[0],
                )
            elif rsi[0] > 60:
                orders = self.sell_bracket(
                    data=data,
                    size=1000,
                    exectype=bt.Order.Market,
                    stopprice=close + atr[0],
                    limitprice=close - 2 * atr[0],
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


def run_plain(market, cash, commission=0.0):
    """Run the strategy over columns by name and return it."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(cash)
    cerebro.broker.setcommission(commission=commission)
    for name, columns in market.items():
        cerebro.adddata(RowFeed(columns=columns, name=name, timeframe=bt.TimeFrame.Minutes, compression=60))
    cerebro.addstrategy(PlainRsiBracket if len(market) == 1 else PlainPanel)
    return cerebro.run()[0]
