from mbats.errors.base import MbatsError


class DatabaseUnreachable(MbatsError):
    """The database at {address} does not answer: {cause}.

    Nothing of this command was stored. Start the server (or let `mbats` start its own by leaving MBATS_DATABASE_URL
    unset), then run the same command again.
    """

    passing = True


class DatabaseNotPrepared(MbatsError):
    """The database at {address} lacks what MBATS put there: {cause}.

    Run `mbats data list` once with MBATS_DATABASE_URL naming a role that has CREATEDB and CREATEROLE; see
    docs/postgres.md.
    """


class DatabaseDiskFull(MbatsError):
    """The database at {address} has no room left on its disk: {cause}.

    Nothing of this command was stored. Free some space where the database lies and run the same command again.
    """


class DatabaseRefused(MbatsError):
    """The database at {address} refused what MBATS asked of it: {cause}.

    Nothing of this command was stored. If the schema was changed by hand, restore it from a backup; otherwise please
    report this message.
    """


class MissingPrivilege(MbatsError):
    """The database at {address} denies what MBATS needs: {cause}.

    docs/postgres.md lists the privileges. For the first preparation of a server of your own MBATS_DATABASE_URL must
    name a role with CREATEDB and CREATEROLE.
    """


class PasswordUnknown(MbatsError):
    """{address} already has the role {role}, but {file} holds no password for it.

    Copy that file from the MBATS_HOME that prepared the server, or set new passwords with ALTER ROLE and write them
    into it as {{"{role}": "..."}}.
    """


class ServerTooOld(MbatsError):
    """{address} is PostgreSQL {version}; MBATS needs {needed} or newer.

    Name a newer server in MBATS_DATABASE_URL, or leave it unset to use the one that comes with MBATS.
    """


class MigrationChanged(MbatsError):
    """Migration {file} of database {database} was changed after it had been applied.

    Migrations only ever go forward: restore the file as it was (reinstall MBATS) and put the change into a new one.
    """


class NewerSchema(MbatsError):
    """Database {database} has migration {number:04d} ({name}), which this MBATS does not know.

    A newer MBATS has prepared it: upgrade this one, or choose another MBATS_HOME or MBATS_DATABASE_URL.
    """


class MigrationFailed(MbatsError):
    """Migration {file} of database {database} failed and was taken back: {cause}.

    The database is as it was before. Please report this message; a changed schema is mended by restoring a backup.
    """


class EmbeddedServerFailed(MbatsError):
    """The embedded PostgreSQL in {folder} could not {step}.

    The end of its log {log}:
    {tail}

    Mend what it names (space, permissions, a second server on the same folder) and run the command again, or name a
    server of your own in MBATS_DATABASE_URL.
    """


class NoServerAccount(MbatsError):
    """PostgreSQL refuses to run as root, and this machine has no account (`nobody`, or the data's owner) to run it as.

    Run MBATS as an ordinary user, or name a server of your own in MBATS_DATABASE_URL.
    """


class UnknownBars(MbatsError):
    """The securities master has no bars {key}.

    `mbats data list` shows what is there; `mbats data import FILE` adds more.
    """


class UnknownSeries(MbatsError):
    """The securities master has no series {name!r}. Known: {known}.

    Add it with `mbats data import --series {name} FILE`.
    """


class AmbiguousSeriesRow(MbatsError):
    """Series {name!r}: {count} rows share time {time} and known_at {known_at}.

    A value is known by its time and the moment it became known: keep one row of each, or import them as series of
    their own.
    """


class TimeTooFine(MbatsError):
    """{what}: time {time} is finer than a microsecond, the finest that the database keeps.

    Round the times to microseconds before importing.
    """


class UnknownRun(MbatsError):
    """There is no run {run!r} in the risk database.

    Recent runs: {known}. `mbats backtest run` makes one; `latest` names the newest finished one.
    """


class AmbiguousRun(MbatsError):
    """Several runs begin with {run!r}: {candidates}.

    Give more characters of the one you mean.
    """


class InterruptedRun(MbatsError):
    """Run {run} was interrupted: the process that held it died before it was finished, so it has no results.

    Run it again: {command}
    """


class UnfinishedRun(MbatsError):
    """Run {run} is {status}, so it has no results to show.

    `mbats report latest` shows the newest finished run.
    """


class BadDatabaseUrl(MbatsError):
    """MBATS_DATABASE_URL cannot be read as the address of a PostgreSQL server.

    Write it as postgresql://USER:PASSWORD@HOST:5432/postgres, special characters percent-encoded.
    """


class RunNotRunning(MbatsError):
    """Run {run} cannot end, since it is not running: it never began, or it has ended already.

    Nothing was stored. `mbats backtest run` begins a new one.
    """
