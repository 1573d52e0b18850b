"""What OANDA's v20 server answers when a request cannot be met; each text is the one that clients know."""

from typing import ClassVar

from mbats.errors.base import MbatsError

_CORE = "oanda::rest::core::InvalidParameterException"


class RestError(MbatsError):
    """The request could not be met: {why}."""

    status: ClassVar[int] = 400
    code: ClassVar[str | None] = None

    @property
    def error_code(self) -> str | None:
        """`errorCode` of the answer, where it has one."""
        return self.code


class InsufficientAuthorization(RestError):
    """Insufficient authorization to perform request."""

    status = 401


class Forbidden(RestError):
    """The provided request was forbidden."""

    status = 403


class UnknownPath(RestError):
    """No resource was found at the requested path."""

    status = 404


class MethodNotAllowed(RestError):
    """The requested method is not supported for this resource."""

    status = 405


class UnsupportedMediaType(RestError):
    """Unsupported Content-Type: send application/json."""

    status = 415


class BodyTooLarge(RestError):
    """The body of the request is larger than {limit} bytes."""

    status = 413


class TooManyRequests(RestError):
    """The request rate limit of {limit} requests per second was exceeded."""

    status = 429


class InvalidBody(RestError):
    """Invalid JSON in the body of the request."""


class InvalidValue(RestError):
    """Invalid value specified for '{name}'"""

    @property
    def error_code(self) -> str | None:
        """OANDA names the exception where the parameter is a field of a body."""
        return _CORE if "." in self.facts["name"] else None


class TimeAhead(RestError):
    """Invalid value specified for '{name}'. Time is in the future"""


class AboveMaximum(RestError):
    """Maximum value for '{name}' exceeded"""


class NoSuchOrder(RestError):
    """The order ID specified does not exist"""

    status, code = 404, "NO_SUCH_ORDER"


class NoSuchTrade(RestError):
    """The trade ID specified does not exist"""

    status, code = 404, "NO_SUCH_TRADE"


class NoSuchPosition(RestError):
    """The Position requested does not exist"""

    status, code = 404, "NO_SUCH_POSITION"


class NoSuchTransaction(RestError):
    """The transaction ID specified does not exist"""

    status, code = 404, "NO_SUCH_TRANSACTION"


class TransactionRange(RestError):
    """The range of transactions {first} to {last} cannot be satisfied: the last transaction is {newest}."""

    status = 416


class RangeTooLong(RestError):
    """Maximum time range of 365 days exceeded for 'from' and 'to'"""
