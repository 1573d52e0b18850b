"""A venue in memory behind the ports of live trading: nets, keeps a log, walks along bars, and fails on demand."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.broker import VenueUnreachable
from mbats.execution.broker import (
    AccountState,
    Cancel,
    Fate,
    Kind,
    OpenTrade,
    Protect,
    Reply,
    Submit,
    TradePart,
    Transaction,
    WaitingOrder,
)
from mbats.execution.order import OrderType, Reason, Role
from mbats.live.feed import LiveQuote
from mbats.market.local_time import moment
from mbats.market.path import price_at, waypoints

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from mbats.execution.broker import Instruction
    from mbats.market.bars import Bars
    from mbats.market.timeframe import Timeframe

ZERO = Decimal(0)
_PLACES = Decimal("0.0001")
_MARKUP = Decimal("0.005")
_FILLED_AS = {Role.STOP_LOSS: OrderType.STOP, Role.TAKE_PROFIT: OrderType.LIMIT}


@dataclass
class _Order:
    id: int
    instrument: str
    units: Decimal
    type: OrderType
    role: Role
    price: Decimal | None
    client_id: str
    trade: int = 0
    trailing: Decimal | None = None
    submit: Submit | None = None


@dataclass
class _Trade:
    id: int
    instrument: str
    units: Decimal
    price: Decimal
    opened_at: int
    client_id: str
    children: dict[str, _Order] = field(default_factory=dict)


class FakeVenue:
    """Implements Broker, Feed and Pace over bars with both sides.

    A turn comes at each moment at which a bar opens or closes, after the opening prices of that moment. `faults` are
    taken by one instruction each: ``drop`` (never arrives, no reply), ``lose`` (arrives, no reply), ``refuse``
    (certainly does not arrive), ``late`` (arrives with `deliver`, at the next turn at the latest, no reply), ``twice``,
    ``reject`` (refused in words), ``naked`` (its children are lost), ``halt`` and ``thin`` (cancelled at creation).
    `cuts` fail as many reads.
    """

    def __init__(self, market: Mapping[str, Bars], start: int, cash: Decimal = Decimal(100_000)) -> None:
        self.market, self.time, self.balance = market, start, cash
        self.log: list[Transaction] = []
        self.faults: deque[str] = deque()
        self.cuts = 0
        self.sent: list[Instruction] = []
        self._orders: dict[int, _Order] = {}
        self._trades: dict[int, _Trade] = {}
        self._quotes: dict[str, tuple[float, float]] = {}
        self._late: list[Instruction] = []
        self._write(Kind.TRANSFER, amount=cash, balance=cash)
        moments = np.concatenate([np.concatenate([bars.time, bars.known_at]) for bars in market.values()])
        self._turns = deque(sorted({int(one) for one in moments if one >= start}))
        if self._turns and self._turns[0] == start:
            self._turns.popleft()
        self._open()

    # The broker.

    async def state(self) -> AccountState:
        self._fail()
        trades = tuple(self._shown(one) for one in self._trades.values())
        orders = [*self._orders.values(), *(child for one in self._trades.values() for child in one.children.values())]
        waiting = tuple(
            WaitingOrder(one.id, one.instrument, one.type, one.units, one.price, one.client_id, one.trade)
            for one in orders
        )
        nav = self.balance + sum((one.unrealised for one in trades), ZERO)
        return AccountState("1", "USD", self.balance, nav, ZERO, nav, ZERO, len(self.log), False, trades, waiting)

    async def send(self, instruction: Instruction) -> Reply:
        fault = self.faults.popleft() if self.faults else ""
        self.sent.append(instruction)
        if fault == "refuse":
            return Reply(Fate.NOT_SENT, message="connection refused")
        if fault == "reject":
            return Reply(Fate.REFUSED, message="not like this")
        if fault == "late":
            self._late.append(instruction)
        if fault in {"late", "drop"}:
            return Reply(Fate.UNKNOWN, message="timeout")
        before = len(self.log)
        for _ in range(2 if fault == "twice" else 1):
            self._take(instruction, fault)
        found = tuple(self.log[before:])
        if fault == "lose":
            return Reply(Fate.UNKNOWN, message="timeout")
        refused = [one for one in found if one.kind is Kind.REJECT]
        return Reply(Fate.REFUSED if refused else Fate.DONE, found, refused[0].reason if refused else "")

    async def transactions(self, since: int) -> Sequence[Transaction]:
        self._fail()
        return self.log[since:]

    # The feed.

    async def bars(self, instrument: str, timeframe: Timeframe, start: int, end: int | None = None) -> Bars:
        self._fail()
        bars = self.market[instrument]
        complete = int(np.searchsorted(bars.known_at, self.time, side="right"))
        first = int(np.searchsorted(bars.time, start))
        last = complete if end is None else min(complete, int(np.searchsorted(bars.time, end)))
        return bars.rows(first, max(first, last))

    async def quotes(self, instruments: Sequence[str]) -> Mapping[str, LiveQuote]:
        self._fail()
        return {
            one: LiveQuote(one, self.time, *map(self._price(one), self._quotes[one]), self.tradeable(one))
            for one in instruments
            if one in self._quotes
        }

    # The pace.

    def now(self) -> datetime:
        return moment(self.time)

    async def next(self, latest: datetime) -> bool:
        if not self._turns:
            return False
        self.advance(self._turns.popleft())
        return True

    # The market.

    def tradeable(self, instrument: str) -> bool:
        return self._present(instrument) is not None

    def advance(self, until: int) -> None:
        """Walk the bars that are under way to their end or `until`, then open those of that moment."""
        for symbol in self.market:
            if (row := self._present(symbol)) is not None and self.market[symbol].known_at[row] <= until:
                path = _path(self.market[symbol], row)
                self.time = int(self.market[symbol].known_at[row]) - 1
                for here, there in pairwise(path):
                    self._glide(symbol, here, there)
        self.time = until
        self._open()
        self.deliver()

    def deliver(self) -> None:
        """Let arrive what was late."""
        late, self._late = self._late, []
        for instruction in late:
            self._take(instruction, "")

    def jump(self, symbol: str, bid: float, ask: float) -> None:
        """Let the price be another at once."""
        self._quotes[symbol] = bid, ask
        while (found := self._touched(symbol, None)) is not None:
            self._execute(found[0], found[1])

    def _open(self) -> None:
        for symbol in self.market:
            row = self._present(symbol)
            if row is not None and self.market[symbol].time[row] == self.time:
                self.jump(symbol, *_path(self.market[symbol], row)[0])

    def _present(self, symbol: str) -> int | None:
        bars = self.market[symbol]
        row = int(np.searchsorted(bars.time, self.time, side="right")) - 1
        return row if row >= 0 and self.time < bars.known_at[row] else None

    def _glide(self, symbol: str, here: tuple[float, float], there: tuple[float, float]) -> None:
        while (found := self._touched(symbol, (here, there))) is not None:
            order, price, share = found
            self._quotes[symbol] = tuple(price_at(here[k], there[k], share) for k in (0, 1))
            here = self._quotes[symbol]
            self._execute(order, price)
        self._trail(symbol, there)
        self._quotes[symbol] = there

    def _touched(self, symbol: str, way: tuple | None) -> tuple | None:
        """Return the order that is met first on the way (or by a jump), at which price, and how far along."""
        bid, ask = self._quotes[symbol]
        here, there = way or ((bid, ask), (bid, ask))
        found = []
        for order in self._waiting(symbol):
            if order.type is OrderType.MARKET or order.price is None:
                continue
            side = 0 if order.units < 0 else 1
            level, begin, end = float(order.price), here[side], there[side]
            up = (order.units > 0) == (order.type is not OrderType.LIMIT)
            if (begin >= level) if up else (begin <= level):
                found.append((0.0, order.type is OrderType.LIMIT, order.id, order, self._price(symbol)(begin)))
            elif way and ((end >= level) if up else (end <= level)):
                share = (level - begin) / (end - begin)
                found.append((share, order.type is OrderType.LIMIT, order.id, order, order.price))
        if not found:
            return None
        share, _, _, order, price = min(found)
        return order, price, share

    def _trail(self, symbol: str, there: tuple[float, float]) -> None:
        for trade in self._trades.values():
            order = trade.children.get("trailing")
            if trade.instrument == symbol and order and order.trailing is not None:
                sign = 1 if trade.units > 0 else -1
                level = self._price(symbol)(there[0] if sign > 0 else there[1]) - sign * order.trailing
                if order.price is None or sign * (level - order.price) > 0:
                    order.price = level

    def _waiting(self, symbol: str) -> Iterable[_Order]:
        own = [one for one in self._orders.values() if one.instrument == symbol]
        return own + [
            child for one in self._trades.values() if one.instrument == symbol for child in one.children.values()
        ]

    # What instructions do.

    def stranger(self, symbol: str, units: Decimal) -> None:
        """Trade what nobody here asked for."""
        self._take(Submit("", symbol, units), "")

    def _take(self, instruction: Instruction, fault: str) -> None:
        if isinstance(instruction, Submit):
            self._submit(instruction, fault)
        elif isinstance(instruction, Cancel):
            self._cancel(instruction)
        else:
            self._protect(instruction)

    def _submit(self, one: Submit, fault: str) -> None:
        if not one.units:
            self._write(Kind.REJECT, submit=one, reason="UNITS_INVALID")
            return
        made = self._write(Kind.ORDER, submit=one)
        order = _Order(made.id, one.instrument, one.units, one.type, one.role, one.price, one.client_id, submit=one)
        if one.type is not OrderType.MARKET:
            self._orders[order.id] = order
            self.jump(one.instrument, *self._quotes[one.instrument])
        elif not self.tradeable(one.instrument) or fault == "halt":
            self._end(order, Reason.MARKET_HALTED)
        elif fault == "thin":
            self._end(order, Reason.NONE)
        else:
            bid, ask = self._quotes[one.instrument]
            self._execute(order, self._price(one.instrument)(ask if one.units > 0 else bid), naked=fault == "naked")

    def _protect(self, one: Protect) -> None:
        trade = self._trades.get(one.trade)
        if trade is None:
            self._write(Kind.REJECT, client_id=one.client_id, reason="TRADE_DOESNT_EXIST")
            return
        for name, price in (("stop", one.stop), ("target", one.target)):
            if price is not None:
                old = trade.children.pop(name, None)
                if old:
                    self._write(Kind.CANCEL, order=old, why=Reason.REPLACED, replaces=len(self.log) + 2)
                self._child(trade, name, price, f"{one.client_id}.{name}", replaces=old.id if old else 0)
        self.jump(trade.instrument, *self._quotes[trade.instrument])

    def _cancel(self, one: Cancel) -> None:
        order = self._orders.pop(one.order, None)
        if order is None:
            self._write(Kind.OTHER, client_id=one.client_id, reason="ORDER_DOESNT_EXIST")
        else:
            self._end(order, Reason.CLIENT_REQUEST)

    def _execute(self, order: _Order, price: Decimal, *, naked: bool = False) -> None:
        self._orders.pop(order.id, None)
        units = self._fillable(order)
        held = self._held(order.instrument)
        refusal = self._refusal(order, price, held + units) if order.submit and (held + units) * units > 0 else None
        if not units or refusal:
            self._end(order, refusal or Reason.LINKED_TRADE_CLOSED)
            return
        parts, left = self._reduced(order, units, price)
        number = len(self.log) + 1
        opened = TradePart(number, left, client_id=order.client_id) if left else None
        profit = sum((part.pnl for part in parts), ZERO)
        self.balance += profit
        self._write(Kind.FILL, order=order, units=units, price=price, opened=opened, closed=tuple(parts), pnl=profit)
        for part in parts:
            self._shrink(part, order)
        if opened:
            trade = _Trade(number, order.instrument, left, price, self.time, order.client_id)
            self._trades[number] = trade
            if order.submit and not naked:
                self._guard(trade, order.submit)

    def _fillable(self, order: _Order) -> Decimal:
        if order.trade:
            trade = self._trades.get(order.trade)
            return -trade.units if trade else ZERO
        if order.submit and order.submit.reduce_only:
            held = self._held(order.instrument)
            return max(-abs(held), -abs(order.units)).copy_sign(order.units) if held * order.units < 0 else ZERO
        return order.units

    def _refusal(self, order: _Order, price: Decimal, after: Decimal) -> Reason | None:
        side, (bid, ask) = (1 if after > 0 else -1), self._quotes[order.instrument]
        out = self._price(order.instrument)(bid if side > 0 else ask)
        stop, target = _levels(order.submit, price, side)
        if stop is not None and side * (out - stop) <= 0:
            return Reason.STOP_LOSS_ON_FILL_LOSS
        return Reason.TAKE_PROFIT_ON_FILL_LOSS if target is not None and side * (out - target) >= 0 else None

    def _reduced(self, order: _Order, units: Decimal, price: Decimal) -> tuple[list[TradePart], Decimal]:
        parts, left = [], units
        trades = [self._trades[order.trade]] if order.trade else list(self._trades.values())
        for trade in trades:
            if trade.instrument == order.instrument and left * trade.units < 0:
                share = trade.units if abs(trade.units) <= abs(left) else -left
                quote = share * (price - trade.price)
                money = self._home(order.instrument, quote)
                parts.append(TradePart(trade.id, share, money, quote, client_id=trade.client_id))
                left += share
        return parts, left

    def _shrink(self, part: TradePart, by: _Order) -> None:
        trade = self._trades[part.trade]
        trade.units -= part.units
        if not trade.units:
            del self._trades[part.trade]
            for child in trade.children.values():
                if child is not by:
                    self._end(child, Reason.LINKED_TRADE_CLOSED)

    def _guard(self, trade: _Trade, submit: Submit) -> None:
        stop, target = _levels(submit, trade.price, 1 if trade.units > 0 else -1)
        for name, price in (("target", target), ("stop", stop)):
            if price is not None:
                self._child(trade, name, price, f"{submit.client_id}.{name}")
        if submit.trailing is not None:
            self._child(trade, "trailing", None, f"{submit.client_id}.trailing", trailing=submit.trailing)

    def _child(
        self, trade: _Trade, name: str, price: Decimal | None, client_id: str, *, trailing=None, replaces: int = 0
    ) -> None:
        kind = {"stop": OrderType.STOP, "target": OrderType.LIMIT, "trailing": OrderType.TRAILING_STOP}[name]
        role = Role.TAKE_PROFIT if name == "target" else Role.STOP_LOSS
        number = len(self.log) + 1
        self.log.append(
            Transaction(
                *(number, self.time, Kind.ORDER, {}, client_id, number, replaces, trade.id, ""),
                *(kind, role, ZERO, price, trailing),
            )
        )
        trade.children[name] = _Order(
            number, trade.instrument, -trade.units, kind, role, price, client_id, trade.id, trailing
        )
        if trailing is not None:
            self._trail(trade.instrument, self._quotes[trade.instrument])

    def _end(self, order: _Order, why: Reason) -> None:
        self._write(Kind.CANCEL, order=order, why=why, reason=why.name)

    def _write(self, kind: Kind, *, submit: Submit | None = None, order: _Order | None = None, **facts) -> Transaction:
        number = len(self.log) + 1
        one = Transaction(number, self.time, kind, {})
        if submit:
            told = {"client_id": submit.client_id, "instrument": submit.instrument, "type": submit.type}
            one = replace(one, order=number, role=submit.role, units=submit.units, price=submit.price, **told)
        if order:
            told = {"client_id": order.client_id, "instrument": order.instrument, "type": order.type}
            one = replace(one, order=order.id, role=order.role, trade=order.trade, **told)
        if kind is Kind.FILL:
            bid, ask = self._quotes[order.instrument]
            rate = self._rate(order.instrument)
            one = replace(
                one,
                mid=(Decimal(repr(bid)) + Decimal(repr(ask))) / 2,
                balance=self.balance,
                trade=0,
                gain_rate=rate * (1 - self._markup(order.instrument)),
                loss_rate=rate * (1 + self._markup(order.instrument)),
            )
        self.log.append(replace(one, **facts))
        return self.log[-1]

    # Money and prices.

    def charge(self, amounts: Mapping[int, Decimal]) -> None:
        """Book a day's financing, by trade."""
        parts = tuple(TradePart(trade, ZERO, financing=amount) for trade, amount in amounts.items())
        total = sum(amounts.values(), ZERO)
        self.balance += total
        self._write(Kind.FINANCING, closed=parts, financing=total, amount=total, balance=self.balance)

    def transfer(self, amount: Decimal) -> None:
        """Pay in, or out."""
        self.balance += amount
        self._write(Kind.TRANSFER, amount=amount, balance=self.balance)

    def _shown(self, one: _Trade) -> OpenTrade:
        bid, ask = self._quotes[one.instrument]
        price = self._price(one.instrument)(bid if one.units > 0 else ask)
        prices = {name: child.price for name, child in one.children.items() if name != "trailing"}
        trailing = one.children["trailing"].trailing if "trailing" in one.children else None
        worth = self._home(one.instrument, one.units * (price - one.price))
        return OpenTrade(
            one.id,
            one.instrument,
            one.units,
            one.price,
            one.opened_at,
            one.client_id,
            trailing=trailing,
            unrealised=worth,
            **prices,
        )

    def _held(self, symbol: str) -> Decimal:
        return sum((one.units for one in self._trades.values() if one.instrument == symbol), ZERO)

    def _home(self, symbol: str, amount: Decimal) -> Decimal:
        markup = self._markup(symbol)
        factor = self._rate(symbol) * (1 - markup if amount > 0 else 1 + markup)
        return (amount * factor).quantize(_PLACES, ROUND_HALF_EVEN)

    def _markup(self, symbol: str) -> Decimal:
        return ZERO if self.market[symbol].instrument.quote == "USD" else _MARKUP

    def _rate(self, symbol: str) -> Decimal:
        quote = self.market[symbol].instrument.quote
        if quote == "USD":
            return Decimal(1)
        straight, inverse = self._quotes.get(f"{quote}_USD"), self._quotes.get(f"USD_{quote}")
        found = straight or inverse
        assert found, f"no price converts {quote}"
        mid = (Decimal(repr(found[0])) + Decimal(repr(found[1]))) / 2
        return mid if straight else 1 / mid

    def _price(self, symbol: str):
        tick = self.market[symbol].instrument.tick
        return lambda price: Decimal(repr(float(price))).quantize(tick, ROUND_HALF_EVEN)

    def _fail(self) -> None:
        if self.cuts:
            self.cuts -= 1
            raise VenueUnreachable(url="http://fake", why="the cable is cut")


def _levels(submit: Submit, price: Decimal, side: int) -> tuple[Decimal | None, Decimal | None]:
    stop, target = submit.stop, submit.target
    if submit.stop_distance is not None:
        stop = price - side * submit.stop_distance
    if submit.target_distance is not None:
        target = price + side * submit.target_distance
    return stop, target


def _path(bars: Bars, row: int) -> tuple[tuple[float, float], ...]:
    def side(name: str) -> tuple[float, ...]:
        return tuple(
            float(getattr(getattr(bars, name) or bars.mid, one)[row]) for one in ("open", "high", "low", "close")
        )

    return waypoints(side("bid"), side("ask"))
