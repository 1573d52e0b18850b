from mbats.errors.base import MbatsError


class NoStack(MbatsError):
    """There is no stack in {home}, so there is nothing to {what}.

    Bring one up: mbats stack up
    """


class UnknownBackup(MbatsError):
    """There is no backup {name!r} at {place}. There are: {known}.

    Take one: mbats stack backup. One that lies elsewhere is named by --from.
    """


class BackupDamaged(MbatsError):
    """Backup {name} is not what was stored: {what}.

    Nothing was restored. Take another one; mbats stack backup --list shows them.
    """


class BackupTooNew(MbatsError):
    """Backup {name} is in format {found}; this MBATS knows formats up to {known}.

    A newer MBATS has made it: upgrade this one.
    """


class StackInUse(MbatsError):
    """Somebody is at work in the databases: {who}. A restore takes their place while nobody looks.

    Stop everything but the database and the object store, then repeat:
    mbats stack down && mbats stack up postgres objects prepare
    """


class StackHasContent(MbatsError):
    """The stack holds {content}. A restore takes all of it away and puts the backup of {taken} there, with {instead}.

    Keep what is there first: mbats stack backup. Then repeat with --over.
    """


class RestoreDiffers(MbatsError):
    """{database} is not as it was backed up: {tables}.

    Nothing was changed: the databases are as before. Take another backup; if it happens again, please report it.
    """


class DumpFailed(MbatsError):
    """{program} could not finish with database {database}: {said}.

    Nothing was changed. Mend what it names and repeat the command.
    """

    passing = True
