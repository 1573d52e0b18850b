from mbats.errors.base import MbatsError


class NothingToMove(MbatsError):
    """{home} holds no database of MBATS's own, so there is nothing to bring into the stack.

    Name the MBATS_HOME that you worked with before: mbats stack move-in --from FOLDER
    """


class SchemasDiffer(MbatsError):
    """{table} has other columns here than in the stack: the two were made by different versions.

    Nothing was moved. Bring both to this MBATS (any mbats command in the old home, mbats stack up), then repeat.
    """
