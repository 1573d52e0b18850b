from mbats.errors.base import MbatsError


class OrderRefused(MbatsError):
    """The exchange refuses the order: {reason}.

    The reason is OANDA's word for it; docs/exchange.md says what each means.
    """


class NoConversion(MbatsError):
    """Money in {currency} cannot be turned into {home}: the exchange trades no pairs that connect the two.

    Let it trade one of them, for example {base}_{home}, or open accounts in another currency.
    """
