from mbats.errors.base import MbatsError


class AdminDenied(MbatsError):
    """The exchange's admin port needs its own token, not a client's.

    `mbats exchange serve` says which file holds it; send it as `Authorization: Bearer ...`.
    """


class BadRequestBody(MbatsError):
    """The body is no JSON object. docs/exchange.md shows one for each path."""


class BadRequestField(MbatsError):
    """The field {field} is {value!r}; it must be {expected}."""


class NoPriceYet(MbatsError):
    """{symbol} has no price yet, so there is none to move. Let the market begin first."""
