from mbats.errors.base import MbatsError


class FileMissing(MbatsError):
    """{file}: no such file.

    Check the path; a pattern such as data/*.csv must match at least one file.
    """


class NotAFile(MbatsError):
    """{file} is a folder, and only files can be imported.

    Name its files, for example with a pattern: mbats data import {file}/*.csv.
    """


class UnreadableFile(MbatsError):
    """{file}: cannot be read as {kind}: {why}.

    The file may be cut short or of another kind: export or download it again.
    """


class EmptyFile(MbatsError):
    """{file}: holds no rows.

    Nothing was imported; export it again, or leave it out.
    """


class HeaderMissing(MbatsError):
    """{file}: the first line ({line!r}) names no columns.

    Add a header such as time,open,high,low,close,volume, or name the exporter with --preset.
    """


class RaggedRow(MbatsError):
    """{file}, row {row}: {actual} fields where the header has {expected}: {text!r}.

    Nothing was imported; mend the row and import again.
    """


class ColumnsMissing(MbatsError):
    """{file}: no column for {missing}; it has {found}.

    Rename the columns to time, open, high, low, close (or bid_open .. ask_close).
    """


class UnknownColumns(MbatsError):
    """{file}: columns nobody knows: {unknown}.

    If they may be left out say so with --ignore NAME; any other table goes in with --series NAME.
    """


class UnreadableNumber(MbatsError):
    """{file}, row {row}, {field}: {value!r} is not a number.

    Nothing was imported; mend the cell (decimal point, no thousands separator) and import again.
    """


class UnreadableTime(MbatsError):
    """{file}, row {row}, {field}: {value!r} is not a time in a form that can be read without guessing.

    Write ISO 8601 (2024-01-31 17:00:00Z) or use the exporter's --preset.
    """


class ZoneMissing(MbatsError):
    """{file}, row {row}, {field}: {value!r} names no time zone.

    Say which it is with --timezone, e.g. --timezone UTC or --timezone America/New_York.
    """


class UnknownZone(MbatsError):
    """{zone!r} is no time zone.

    Use a name such as UTC, America/New_York or Europe/Helsinki, a fixed offset such as UTC-5, or a zone and hours
    ahead of it such as America/New_York+7.
    """


class TimeSkipped(MbatsError):
    """{file}, row {row}: {value} does not exist in {zone}: the clocks were put forward over it.

    The zone is probably another one: name it with --timezone.
    """


class TimeRepeated(MbatsError):
    """{file}, row {row}: {value} happened twice in {zone}, when the clocks were put back.

    Export with UTC times, or name the right zone with --timezone.
    """


class NotANumber(MbatsError):
    """{file}, row {row}, {field}: {value} is not a finite number ({count} such rows).

    The whole file is refused; remove or mend the row and import again.
    """


class NotPositive(MbatsError):
    """{file}, row {row}, {field}: {value} is not above zero ({count} such rows).

    The whole file is refused; remove or mend the row and import again.
    """


class NegativeVolume(MbatsError):
    """{file}, row {row}, volume: {value} is negative ({count} such rows).

    The whole file is refused; mend the row or leave the column out with --ignore volume.
    """


class HighBelowLow(MbatsError):
    """{file}, row {row}, {field}: high {high} is below low {low} ({count} such rows).

    The whole file is refused; remove or mend the row and import again.
    """


class OutsideRange(MbatsError):
    """{file}, row {row}, {field}: {value} lies outside the bar's low {low} and high {high} ({count} such rows).

    The whole file is refused; remove or mend the row and import again.
    """


class SwappedColumns(MbatsError):
    """{file}: {what} in {count} of {rows} rows (first: row {row}): the columns are swapped.

    Put the header above the right columns and import again.
    """


class DuplicateTime(MbatsError):
    """{file}, row {row}: {time} is there twice (before in row {previous}).

    The whole file is refused; remove one of the two rows and import again.
    """


class UnsortedTime(MbatsError):
    """{file}, row {row}: {time} comes after {previous}.

    Rows must be ordered by time; sort the file and import again.
    """


class FilesOverlap(MbatsError):
    """{file} and {other} both hold {key} at {time}.

    Import them one after the other if the later one is to revise the earlier.
    """


class SidesApart(MbatsError):
    """{file} and {other} are the two sides of one market but have no bar in common.

    Export bid and ask over the same range, or import each alone.
    """


class BarsOverlap(MbatsError):
    """{file}, row {row}: opens {step} s after the bar before it, but {timeframe} bars are {length} s long.

    Name the right length with --timeframe.
    """


class SymbolUnclear(MbatsError):
    """{file}: neither the file name nor a column says which instrument this is.

    Name it with --symbol, e.g. --symbol EUR_USD.
    """


class UnknownInstrument(MbatsError):
    """{file}: no instrument {symbol!r}; it is neither a pair of known currencies nor declared.

    Name it with --symbol EUR_USD, or declare a share: --asset-class equity --currency USD.
    """


class TimeframeUnclear(MbatsError):
    """{file}: the length of its bars cannot be told from the name, nor from {rows} rows.

    Name it with --timeframe, e.g. --timeframe M1.
    """


class AlignmentUnclear(MbatsError):
    """{file}, row {row}: a {timeframe} bar opening at {time} starts neither at 17:00 New York nor at UTC midnight.

    Name the start of its day with --alignment ny17|utc|session, and check --timezone.
    """


class SideUnclear(MbatsError):
    """{file}: nothing says whether these are bid or ask prices.

    Put BID or ASK into the file name, as the exporter does.
    """


class LeanPathUnclear(MbatsError):
    """{file}: LEAN tells the market and the resolution by its folders (forex/oanda/minute/eurusd/20140501_quote.zip).

    Keep the folders, or import the file without --preset lean.
    """


class SeriesColumnMissing(MbatsError):
    """{file}: a series needs a column {column!r}: {why}.

    It has {found}. Add the column, or name the one that holds it with {option}.
    """


class KnownBeforeTime(MbatsError):
    """{file}, row {row}: known at {known_at}, before the time {time} it speaks of.

    The column known_at says when the value could first be read. Mend it, or swap the two columns.
    """


class BadSeriesName(MbatsError):
    """{name!r} is no name for a series.

    Use letters, digits and underscores, beginning with a letter.
    """


class NoBars(MbatsError):
    """No bars of {symbol} {timeframe}{where}.

    There are: {known}. Bring data in with: mbats data import FILE, or generate some with: mbats data reference SYMBOL.
    """


class HoldingUnclear(MbatsError):
    """{symbol} {timeframe} is there more than once: {known}.

    Choose one with --vendor or --alignment.
    """


class NoSeries(MbatsError):
    """No series {name!r}.

    There are: {known}. Bring it in with: mbats data import FILE --series {name}.
    """


class EndBeforeStart(MbatsError):
    """The end, {end}, does not lie after the start, {start}, so there is nothing in between.

    Swap them, or name a later end: bars are taken that open from the start on and before the end.
    """


class BadMoment(MbatsError):
    """{text!r} is no moment.

    Write a year, a date or a time in UTC: 2016, 2016-06-20 or 2016-06-20T17:00Z.
    """
