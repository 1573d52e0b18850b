"""Break even and time stop in plain Backtrader, which has no order for them: cancel, and send anew."""

import backtrader as bt


class PlainManaged(bt.Strategy):
    """Buys or sells at market on given bars; stop and target one cancelling the other, sent at the entry bar's close.

    A close that far in favour puts the stop to the entry; after so many bars the position is closed at market. Both may
    happen at the entry bar's close already: then the stop is sent at the entry, or none at all.
    """

    params = (("side", None), ("stop", None), ("target", None), ("trigger", None), ("longest", 0))

    def __init__(self):
        self.entry = None
        self.pair, self.fills = [], []

    def next(self):
        bar = len(self.data) - 1
        if not self.position:
            if self.p.side[bar] and self.entry is None:
                self.wish = bar
                trade = self.buy if self.p.side[bar] > 0 else self.sell
                self.entry = trade(size=1000)
            return
        if self.p.longest and bar - self.since + 1 >= self.p.longest:
            self.drop()
            self.close()
        elif not self.secured and self.gained() >= self.p.trigger[self.wish]:
            self.secured = True
            self.drop()
            self.protect(self.paid)
        elif not self.pair:
            self.protect(self.level)

    def prenext(self):
        self.next()

    def gained(self):
        difference = self.data.close[0] - self.paid
        return difference if self.position.size > 0 else -difference

    def drop(self):
        for order in self.pair:
            self.cancel(order)
        self.pair = []

    def protect(self, stop):
        leave = self.sell if self.position.size > 0 else self.buy
        first = leave(size=1000, exectype=bt.Order.Stop, price=stop)
        self.pair = [first, leave(size=1000, exectype=bt.Order.Limit, price=self.aim, oco=first)]

    def notify_order(self, order):
        if order.status == order.Completed:
            self.fills.append((len(order.data) - 1, order.executed.size, order.executed.price))
        if order.status == order.Completed and self.entry is not None and order.ref == self.entry.ref:
            self.entry, self.since, self.secured = None, len(self.data) - 1, False
            self.paid, away = order.executed.price, 1 if order.executed.size > 0 else -1
            self.aim = self.paid + away * self.p.target[self.wish]
            self.level = self.paid - away * self.p.stop[self.wish]
            self.pair = []


def run_managed(feed, **parameters):
    """Run it over a feed and return the strategy."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(1_000_000.0)
    cerebro.adddata(feed)
    cerebro.addstrategy(PlainManaged, **parameters)
    return cerebro.run()[0]
