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


class UnknownSession(MbatsError):
    """No session is called {session}, and no session's id begins so.

    Known are: {known}. `mbats live status --all` lists them, `mbats live start` begins one.
    """


class AmbiguousSession(MbatsError):
    """Several sessions are meant by {session}: {candidates}.

    Give more characters of the id.
    """
