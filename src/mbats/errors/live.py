from mbats.errors.base import MbatsError


class InstrumentTaken(MbatsError):
    """Session {owner} trades {instrument} on account {account} already.

    One account nets all orders of an instrument, so it has one owner there. Stop that session first
    (`mbats live stop {owner}`), or trade another instrument or another account.
    """


class SessionNameTaken(MbatsError):
    """A session called {name} is not over yet.

    Choose another name with --name, or stop that one first: `mbats live stop {name}`.
    """


class SessionHeld(MbatsError):
    """Another process (pid {process}) runs session {session}.

    Only one may. See what it does with `mbats live status {session}`; to run the session yourself, stop that process
    first: its open trades keep their stops at the broker meanwhile.
    """


class SessionOver(MbatsError):
    """Session {session} is over: {reason}.

    Nothing brings it back; `mbats live start` begins another one, and `mbats live status --all` lists what there was.
    """


class OwnExchange(MbatsError):
    """Session {session} trades on an exchange of its own, in the process that began it; nothing else reaches it.

    If that process has ended, let go of the session: `mbats live stop {session}`. What it did stays stored
    (`mbats live explain {session}`).
    """


class UnknownSession(MbatsError):
    """No session is called {session}, and no session's id begins so.

    Known are: {known}. `mbats live status --all` lists them, `mbats live start` begins one.
    """


class AmbiguousSession(MbatsError):
    """Several sessions are meant by {session}: {candidates}.

    Give more characters of the id.
    """


class LogGap(MbatsError):
    """The venue's log goes on with transaction {found} where {expected} was due.

    Nothing is traded before the missing ones are read; the session asks for them again by itself.
    """


class DuplicateOrder(MbatsError):
    """The venue's log holds {count} orders with the client id {client_id}, which was sent once.

    Something between here and the venue repeats requests. The session stops with its stops in place; look at the
    position of {instrument}, then close what is too much: `mbats live flatten`.
    """


class BooksDiffer(MbatsError):
    """The books differ from the venue as of transaction {transaction}: {difference}.

    No entries are sent while they do; stops stay at the venue. If it stays, `mbats live flatten` closes what is open.
    """


class HedgingAccount(MbatsError):
    """Account {account} is a hedging account; sessions need one that nets.

    Open a netting sub-account at the venue, or switch hedging off there, and start again.
    """


class SessionStrategyChanged(MbatsError):
    """{strategy} is no longer what session {session} was started with: {path} has changed since.

    A session trades the code that it was started with. Restore that code (commit {commit}), or stop the session
    (`mbats live stop {session}`) and start another one.
    """


class SessionSizeUnknown(MbatsError):
    """Session {session} has a size of a kind that this MBATS does not know: {rule}. Known are {known}.

    Start another session with one of these: `mbats live start {strategy} --units 1000`.
    """


class NoDesk(MbatsError):
    """{strategy} is a {kind} strategy, and sessions cannot run one.

    Signal, target and Backtrader strategies trade live from the class that was backtested; `mbats strategy list` says
    which kind each is.
    """


class SyntheticEvidence(MbatsError):
    """All that is known of {strategy} with these parameters comes from generated prices ({runs} runs).

    A profit there is luck or a bug, so it starts no session on a real broker. Backtest it on recorded bars first:
    `mbats data ingest {symbols}`, then `mbats backtest run {strategy} -s {symbols}`; or trade on paper: --venue paper.
    """


class NoEvidence(MbatsError):
    """{strategy} was never backtested with these parameters, so nothing speaks for trading it with real money.

    `mbats backtest run {strategy} -s {symbols}` on recorded bars first; --venue practice needs no evidence.
    """


class TraderHeld(MbatsError):
    """Another trader (pid {process}) looks after the sessions of this database.

    Only one may. Stop that process first; its sessions go on meanwhile and are taken over by the next trader.
    """


class NothingToWatch(MbatsError):
    """No session has begun that is not over.

    `mbats live status --all` lists what there was, `mbats live start` begins a session.
    """


class NothingToExplain(MbatsError):
    """Session {session} has decided nothing yet: no bar has closed since it began.

    `mbats live status {session}` says what it waits for.
    """


class ActRefused(MbatsError):
    """Session {session} does not do it ({act} {trade}): {why}.

    `mbats live status {session}` shows its trades and their numbers.
    """
