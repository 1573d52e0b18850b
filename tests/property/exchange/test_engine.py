"""Random orders, prices, halts and days against plain books of units and cash kept in fractions."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fixtures.engine import ACCOUNT, MINUTE, Desk
from mbats.exchange.exchange import Exchange

PAIRS = {"EUR_USD": (110_000, 5), "USD_JPY": (150_000, 3), "EUR_GBP": (86_600, 5), "GBP_USD": (127_000, 5)}
TRADED = ("EUR_USD", "USD_JPY", "EUR_GBP")
UNITS = st.integers(-6, 6).filter(bool).map(lambda lots: lots * 1_000)
STEPS = st.integers(-80, 80)
HALF_A_CENT_OF_A_CENT = Fraction(1, 20_000)


def price(pair, ticks):
    return Decimal(ticks).scaleb(-PAIRS[pair][1])


class Ledger:
    """The second opinion: lots by instrument, oldest first, and cash, told of each fill only what was traded."""

    def __init__(self):
        self.lots = {pair: [] for pair in PAIRS}
        self.orders = {}
        self.cash = Fraction(0)

    def take(self, one):
        if one["type"].endswith("_ORDER"):
            self.orders[one["id"]] = one
        elif one["type"] == "TRANSFER_FUNDS":
            self.cash += Fraction(one["amount"])
        elif one["type"] == "DAILY_FINANCING":
            self.cash += Fraction(one["financing"])
        elif one["type"] == "ORDER_FILL":
            self.fill(one)
        if "accountBalance" in one:
            assert Fraction(one["accountBalance"]) == self.cash

    def fill(self, one):
        lots, left, at = self.lots[one["instrument"]], Fraction(one["units"]), Fraction(one["price"])
        order = self.orders[one["orderID"]]
        target = order.get("tradeID") or order.get("tradeClose", {}).get("tradeID")
        told = [*one.get("tradesClosed", []), *([one["tradeReduced"]] if "tradeReduced" in one else [])]
        booked = Fraction(0)
        for lot in [lot for lot in lots if target in (None, lot[0])]:
            if lot[1] * left >= 0:
                break
            units = min(abs(lot[1]), abs(left)) * (1 if lot[1] > 0 else -1)
            gain = units * (at - lot[2])
            factor = one["gainQuoteHomeConversionFactor" if gain > 0 else "lossQuoteHomeConversionFactor"]
            part = told.pop(0)
            assert (part["tradeID"], -Fraction(part["units"])) == (lot[0], units)
            assert abs(Fraction(part["realizedPL"]) - gain * Fraction(factor)) <= HALF_A_CENT_OF_A_CENT
            booked += Fraction(part["realizedPL"])
            lot[1] -= units
            left += units
        assert not told
        lots[:] = [lot for lot in lots if lot[1]]
        assert bool(left) == ("tradeOpened" in one)
        if left:
            assert not target
            lots.append([one["id"], left, at])
        assert Fraction(one["pl"]) == booked
        self.cash += booked


class Trading(RuleBasedStateMachine):
    @initialize(cash=st.sampled_from(["100000", "400"]))
    def open(self, cash):
        self.desk = Desk(tuple(PAIRS), cash=cash)
        self.ledger, self.seen, self.told = Ledger(), 0, []
        self.desk.exchange.listeners.append(lambda account, one: self.told.append(one["id"]))
        self.ticks = {pair: begin for pair, (begin, _places) in PAIRS.items()}
        self.exchange.tick(self.exchange.time, self.prices(PAIRS, 0))

    @property
    def exchange(self):
        return self.desk.exchange

    def prices(self, pairs, step, spread=10):
        for pair in pairs:
            self.ticks[pair] += step
        return {pair: (price(pair, self.ticks[pair]), price(pair, self.ticks[pair] + spread)) for pair in pairs}

    @rule(
        pairs=st.sets(st.sampled_from(TRADED), min_size=1),
        step=STEPS,
        minutes=st.integers(0, 400),
        spread=st.integers(0, 20),
    )
    def tick(self, pairs, step, minutes, spread):
        self.exchange.tick(self.exchange.time + minutes * MINUTE, self.prices(sorted(pairs), step, spread))

    @rule(
        pairs=st.sets(st.sampled_from(TRADED), min_size=1),
        step=STEPS,
        minutes=st.integers(0, 400),
        spread=st.integers(0, 20),
    )
    def glide(self, pairs, step, minutes, spread):
        before = {pair: self.exchange.quote(pair) for pair in PAIRS}
        count = len(self.desk.fills)
        self.exchange.glide(self.exchange.time + minutes * MINUTE, self.prices(sorted(pairs), step, spread))
        for fill in self.desk.fills[count:]:
            here, there = before[fill["instrument"]], self.exchange.quote(fill["instrument"])
            sides = (here.ask, there.ask) if fill["units"] > 0 else (here.bid, there.bid)
            assert min(sides) <= fill["price"] <= max(sides), "prices do not jump in a glide"

    @rule(hours=st.integers(1, 60))
    def advance(self, hours):
        self.exchange.advance(self.exchange.time + hours * 60 * MINUTE)

    @rule(pair=st.sampled_from(TRADED), halt=st.booleans())
    def halt(self, pair, halt):
        (self.exchange.halt if halt else self.exchange.resume)([pair])

    @rule(pair=st.sampled_from(TRADED), most=st.sampled_from([None, None, Decimal(1_500)]))
    def limit_liquidity(self, pair, most):
        self.exchange.liquidity(pair, most)

    @rule(
        pair=st.sampled_from(TRADED),
        units=UNITS,
        stop=st.none() | st.integers(5, 120),
        goal=st.none() | st.integers(5, 120),
        trailing=st.none() | st.integers(50, 90),
        force=st.sampled_from(["FOK", "IOC"]),
        fill=st.sampled_from(["DEFAULT", "DEFAULT", "REDUCE_ONLY", "OPEN_ONLY"]),
    )
    def market(self, pair, units, stop, goal, trailing, force, fill):
        fields = self.protection(pair, stop, goal, trailing)
        self.desk.send("MARKET", pair, units=units, timeInForce=force, positionFill=fill, **fields)

    @rule(
        kind=st.sampled_from(["LIMIT", "STOP", "MARKET_IF_TOUCHED"]),
        pair=st.sampled_from(TRADED),
        units=UNITS,
        away=STEPS,
        stop=st.none() | st.integers(5, 120),
        trailing=st.none() | st.integers(50, 90),
        force=st.sampled_from(["GTC", "GTC", "GFD", "GTD", "IOC", "FOK"]),
        trigger=st.sampled_from(["DEFAULT", "DEFAULT", "INVERSE", "BID", "ASK", "MID"]),
    )
    def wait(self, kind, pair, units, away, stop, trailing, force, trigger):
        fields = self.protection(pair, stop, None, trailing) | {"timeInForce": force, "triggerCondition": trigger}
        if force == "GTD":
            fields["gtdTime"] = str((self.exchange.time + 300 * MINUTE) // 10**9)
        self.desk.send(kind, pair, units=units, price=price(pair, self.ticks[pair] + away), **fields)

    @rule(data=st.data(), away=STEPS)
    def amend(self, data, away):
        if orders := self.exchange.pending_orders(ACCOUNT):
            order = data.draw(st.sampled_from(orders))
            if "units" not in order or data.draw(st.booleans()):
                self.exchange.cancel(ACCOUNT, order["id"])
            else:
                level = price(order["instrument"], self.ticks[order["instrument"]] + away)
                kept = {name: order[name] for name in ("type", "instrument", "units")}
                self.exchange.replace(ACCOUNT, order["id"], kept | {"price": level})

    @rule(
        data=st.data(),
        away=st.integers(1, 90),
        kind=st.sampled_from(["stopLoss", "takeProfit", "trailingStopLoss", None]),
    )
    def protect(self, data, away, kind):
        if trades := self.exchange.open_trades(ACCOUNT):
            trade = data.draw(st.sampled_from(trades))
            if kind is None:
                fields = {"stopLoss": None, "takeProfit": None}
            elif kind == "trailingStopLoss":
                fields = {kind: {"distance": price(trade["instrument"], 50 + away)}}
            else:
                fields = {kind: {"price": price(trade["instrument"], self.ticks[trade["instrument"]] + away - 45)}}
            self.exchange.set_trade_orders(ACCOUNT, trade["id"], fields)

    @rule(data=st.data(), part=st.sampled_from(["ALL", "700"]))
    def close(self, data, part):
        if trades := self.exchange.open_trades(ACCOUNT):
            trade = data.draw(st.sampled_from(trades))
            self.exchange.close_trade(ACCOUNT, trade["id"], {"units": part})

    @rule(pair=st.sampled_from(TRADED), side=st.sampled_from(["longUnits", "shortUnits"]))
    def close_position(self, pair, side):
        self.exchange.close_position(ACCOUNT, pair, {side: "ALL"})

    @rule()
    def call_margin(self):
        self.exchange.margin_call(ACCOUNT)

    @rule()
    def restart(self):
        log = list(self.exchange.transactions(ACCOUNT))
        again = Exchange.restore(self.desk.terms, self.exchange.snapshot(), {ACCOUNT: log})
        assert again.snapshot() == self.exchange.snapshot()
        assert again.details(ACCOUNT) == self.exchange.details(ACCOUNT)
        again.listeners = self.exchange.listeners
        self.desk.exchange, self.desk.book = again, again.account(ACCOUNT)

    def protection(self, pair, stop, goal, trailing):
        asked = {"stopLossOnFill": stop, "takeProfitOnFill": goal, "trailingStopLossOnFill": trailing}
        return {name: {"distance": price(pair, ticks)} for name, ticks in asked.items() if ticks}

    def catch_up(self):
        log = self.exchange.transactions(ACCOUNT)
        for one in log[self.seen :]:
            self.ledger.take(one)
        self.seen = len(log)

    @invariant()
    def the_log_is_numbered_without_gaps_and_tells_the_cash(self):
        log = self.exchange.transactions(ACCOUNT)
        assert [one["id"] for one in log] == [str(number) for number in range(1, len(log) + 1)]
        assert self.told == [one["id"] for one in log[3:]]
        self.catch_up()
        assert Fraction(self.exchange.summary(ACCOUNT)["balance"]) == self.ledger.cash
        assert all(one["time"] <= later["time"] for one, later in pairwise(log))

    @invariant()
    def positions_are_the_lots(self):
        self.catch_up()
        for pair, lots in self.ledger.lots.items():
            trades = [trade for trade in reversed(self.exchange.open_trades(ACCOUNT)) if trade["instrument"] == pair]
            assert [[t["id"], Fraction(t["currentUnits"]), Fraction(t["price"])] for t in trades] == lots
            position = self.exchange.position(ACCOUNT, pair)
            both = position["long"]["units"] + position["short"]["units"] if position else 0
            assert both == sum(lot[1] for lot in lots)

    @invariant()
    def what_protects_a_trade_lives_and_dies_with_it(self):
        trades = {trade["id"]: trade for trade in self.exchange.open_trades(ACCOUNT)}
        hanging = [order for order in self.exchange.pending_orders(ACCOUNT) if "tradeID" in order]
        assert {order["tradeID"] for order in hanging} <= set(trades)
        shown = [trade[name]["id"] for trade in trades.values() for name in trade if name.endswith("Order")]
        assert sorted(shown) == sorted(order["id"] for order in hanging)

    @invariant()
    def nothing_waits_that_the_market_has_met(self):
        for order in self.exchange.pending_orders(ACCOUNT):
            trade = self.exchange.trade(ACCOUNT, order["tradeID"]) if "tradeID" in order else None
            pair = trade["instrument"] if trade else order["instrument"]
            quote = self.exchange.quote(pair)
            if quote.tradeable and order["type"] in ("STOP_LOSS", "TAKE_PROFIT", "TRAILING_STOP_LOSS"):
                long = trade["currentUnits"] > 0
                level = order.get("trailingStopValue", order.get("price"))
                leaving = quote.bid if long else quote.ask
                above = long == (order["type"] == "TAKE_PROFIT")
                assert leaving < level if above else leaving > level
                if order["type"] == "TRAILING_STOP_LOSS":
                    assert abs(leaving - level) <= order["distance"], "it follows"

    @invariant()
    def no_account_stays_exhausted(self):
        summary = self.exchange.summary(ACCOUNT)
        if all(self.exchange.quote(pair).tradeable for pair in TRADED):
            assert summary["marginCloseoutPercent"] < 1 or not summary["openTradeCount"]


TestTrading = Trading.TestCase
TestTrading.settings = settings(
    max_examples=120, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
