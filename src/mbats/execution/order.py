from enum import IntEnum


class OrderType(IntEnum):
    """How an order waits for its price."""

    MARKET = 0
    LIMIT = 1
    STOP = 2
    STOP_LIMIT = 3
    TRAILING_STOP = 4


class Role(IntEnum):
    """Why an order exists."""

    ENTRY = 0
    STOP_LOSS = 1
    TAKE_PROFIT = 2
    EXIT = 3
    REVERSAL = 4
    REBALANCE = 5
    TIME_STOP = 6
    CLOSEOUT = 7
    MANUAL = 8


class Reason(IntEnum):
    """Why an order was rejected, cancelled or blocked."""

    NONE = 0
    INSUFFICIENT_MARGIN = 1
    STOP_LOSS_ON_FILL_LOSS = 2
    TAKE_PROFIT_ON_FILL_LOSS = 3
    MARKET_HALTED = 4
    LINKED_TRADE_CLOSED = 5
    EXPIRED = 6
    REPLACED = 7
    CLIENT_REQUEST = 8
    MARGIN_CLOSEOUT = 9
    SIZE_BELOW_LOT = 10
    IN_POSITION = 11
    LIMIT_REACHED = 12
    INSUFFICIENT_CASH = 13
