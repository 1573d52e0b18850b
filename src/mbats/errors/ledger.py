from mbats.errors.base import MbatsError


class UnconvertibleFlow(MbatsError):
    """Row {row} of the journal has money in {currency}, but no rate from that to the account's {account}.

    Without the rate the accounts cannot be made. Whoever writes a journal gives each cash flow its currency and rate:
    give the run the bars of a pair that links {currency} to {account}.
    """
