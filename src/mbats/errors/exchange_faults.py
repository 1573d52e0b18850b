from mbats.errors.base import MbatsError


class BadFault(MbatsError):
    """The fault's {field} is {value!r}; it must be {expected}. docs/exchange.md lists kinds and fields."""


class UnknownFault(MbatsError):
    """There is no fault {id}. GET /v1/faults lists those that exist; faults do not outlive the exchange's process."""
