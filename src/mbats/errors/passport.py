from mbats.errors.base import MbatsError


class TradeNotNamed(MbatsError):
    """{text!r} does not name a trade.

    Write RUN:NUMBER (the beginning of a run's id, `latest` or a session's name, then the trade's number), or
    SESSION/ID for the number that the venue gave a trade of a live session. `mbats why RUN` lists a run's trades.
    """


class UnknownTrade(MbatsError):
    """Run {run} has no trade {number}; it has {count}.

    Nearest: {near}. `mbats why {run}` lists them all.
    """


class RunWithoutTrades(MbatsError):
    """Run {run} made no trade, so there is nothing to ask about.

    `mbats report {run}` says what became of its decisions.
    """


class UnknownVenueTrade(MbatsError):
    """Session {session} has made no trade that the venue calls {trade}.

    Nearest: {near}. `mbats why {session}` lists its trades.
    """


class RunBarsGone(MbatsError):
    """The bars that run {run} read are gone: there is no snapshot {snapshot} in the object store {store}.

    Bring that store back, or name it in MBATS_OBJECT_STORE; snapshots are found again by their content, so
    `mbats data snapshot` makes the same one where the database still holds the same bars. The run itself is stored.
    """


class WalkForwardNotReplayed(MbatsError):
    """Trade {trade} is of a walk-forward, whose steps were chosen by trainings that no replay repeats.

    `mbats why {trade}` tells which step decided (`step`) and all else that is known. To make one step's decisions
    again, run its parameters as a backtest of their own.
    """


class NothingToReplay(MbatsError):
    """Nobody decided trade {trade}: {why}, so there is no decision to make again.

    `mbats why {trade}` tells all that is known of it.
    """


class VersionUnclear(MbatsError):
    """Several registered versions begin with {prefix!r}: {known}.

    Write a few more letters of the one you mean, or NAME/NUMBER.
    """


class VersionSnapshotGone(MbatsError):
    """Version {version} cannot be trained once more: there is no snapshot {snapshot} in the object store {store}.

    Bring that store back, or name it in MBATS_OBJECT_STORE; snapshots are found again by their content, so
    `mbats data snapshot` makes the same one where the database still holds the same bars.
    """
