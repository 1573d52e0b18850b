from mbats.errors.base import MbatsError


class ControlFileMissing(MbatsError):
    """{file}: no such control file.

    Check the path, or put the file there; it is a .csv or an .xlsx file whose first row names the columns.
    """


class UnreadableControlFile(MbatsError):
    """{file} cannot be read as {kind}: {why}.

    Save it again as a .csv file in UTF-8 or as an .xlsx workbook.
    """


class ControlColumnMissing(MbatsError):
    """{place} has no column {column!r}; it has {found}.

    Its first row names the columns; these must be among them: {wanted}.
    """


class BadControlCells(MbatsError):
    """{file}: {count} of its cells cannot be used, and nothing was downloaded.

    {cells}
    Mend them and run the same command again.
    """


class NothingEnabled(MbatsError):
    """{file} names nothing to download: it has no row that is enabled.

    Write yes into the column enabled of what is wanted.
    """


class NothingToDownload(MbatsError):
    """Neither an instrument nor a control file was named.

    Write `mbats data ingest EUR_USD --timeframe H1 --since 2024-01-01`, or `mbats data ingest --control FILE`.
    """
