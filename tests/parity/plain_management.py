"""Break even and time stop in plain Backtrader, which has no order for them: cancel, and send anew."""

import backtrader as bt


class PlainManaged(bt.Strategy):
    """Buys or sells at market on given bars; stop and target one cancelling the other, sent once it is in.

    A close that far in favour puts the stop to the entry; after so many bars the position is closed at market.
    """

    params = (("side", None), ("stop", None), ("target", None), ("trigger", None), ("longest", 0))

    def __init__(self):
        self.entry = self.pair = None
        self.fills = []

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

    def prenext(self):
        self.next()

    def gained(self):
        difference = self.data.close[0] - self.paid
        return difference if self.position.size > 0 else -difference

    def drop(self):
        for order in self.pair:
            self.cancel(order)

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
            self.protect(self.paid - away * self.p.stop[self.wish])


def run_managed(feed, **parameters):
    """Run it over a feed and return the strategy."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(1_000_000.0)
    cerebro.adddata(feed)
    cerebro.addstrategy(PlainManaged, **parameters)
    return cerebro.run()[0]
