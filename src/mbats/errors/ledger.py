from mbats.errors.base import MbatsError


class UnconvertibleFlow(MbatsError):
    """Row {row} of the journal has money in {currency}, but no rate from that to the account's {account}.

    Without the rate the accounts cannot be made. Whoever writes a journal gives each cash flow its currency and rate:
    give the run the bars of a pair that links {currency} to {account}.
    """


class CurrencyInvalid(MbatsError):
    """{currency!r} is no currency for an account. Write its three upper-case letters, such as USD, EUR or JPY."""


class CashInvalid(MbatsError):
    """{cash} is no amount of money to start with. Write a number above zero, such as 100000."""


class LeverageInvalid(MbatsError):
    """{leverage!r} is no leverage. Write a number above zero, such as 20, or none to leave it to the instruments."""
