from mbats.errors.base import MbatsError


class InvalidBound(MbatsError):
    """The bound {text!r} is not NAME=NUMBER or NAME=off, with one of: {known}.

    For example: --gate trades=50 --gate turnover=off
    """


class NoLaterPeriod(MbatsError):
    """{missing:,} bars are missing to judge {name!r} on what no candidate has seen.

    Of {symbol} there are {bars:,} bars since {since}, where the last candidate's data ends; {needed:,} are asked for.

    Train on an earlier end, so that bars are left to judge on (mbats model train --end DAY), bring newer ones
    (mbats data ingest), or ask for fewer (--gate bars=NUMBER).
    """


class NoCandidates(MbatsError):
    """There is no version of {name!r} to judge: {why}.

    Train one: mbats model train --name {name} ..., or name versions: mbats model promote {name}/2
    """


class CandidatesDiffer(MbatsError):
    """{first} and {second} cannot be judged side by side: their {what} differ ({one} and {other}).

    Name versions that trade the same market.
    """


class PromotionBusy(MbatsError):
    """Somebody else is promoting {name!r} at this moment, and nothing was changed.

    Wait for the other, look at `mbats model list {name}`, then repeat.
    """


class SyntheticNotLive(MbatsError):
    """{reference} was trained or judged on generated data, which says nothing about any market: it cannot become live.

    Train and judge it on recorded bars.
    """


class NoEvidenceForLive(MbatsError):
    """{reference} has passed no judgement that is on record, and only what has can become live.

    Judge it first: mbats model promote {reference}
    """


class NothingToRollBack(MbatsError):
    """The {alias} of {name!r} was never moved from one version to another, so there is nothing to take it back to.

    See its versions: mbats model list {name}
    """


class NothingLate(MbatsError):
    """There is no bar since {since}, where all that {reference} has seen ends: nothing to look for drift in.

    Bring newer bars: mbats data ingest
    """


class NoModelInSession(MbatsError):
    """Session {session} trades no registered model, so there is none to look at.

    Start one that does: mbats live start ModelBracket -s EUR_USD -p model=NAME@champion
    """
