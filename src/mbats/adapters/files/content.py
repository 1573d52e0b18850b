from __future__ import annotations

import gzip
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePath

from mbats.errors.data import EmptyFile, FileMissing, NotAFile, UnreadableFile

_TEXT = {".csv", ".txt", ".tsv", ".prn"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Content:
    """What lies in a file, unpacked.

    Attributes
    ----------
    file
        Path as the user wrote it.
    member
        Name of the file inside an archive, else the file's own name.
    digest
        SHA-256 of the file as it lies on the disk, in hexadecimal.
    """

    file: Path
    member: str
    data: bytes
    digest: str


def read(file: Path) -> Content:
    """Return the content of a plain, gzipped or zipped file.

    Raises
    ------
    FileMissing, NotAFile, EmptyFile, UnreadableFile
        The path leads nowhere, to a folder, to nothing, or to a damaged archive.
    """
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise FileMissing(file=file) from None
    except IsADirectoryError:
        raise NotAFile(file=file) from None
    except OSError as error:
        raise UnreadableFile(file=file, kind="a file", why=error.strerror) from None
    if not raw:
        raise EmptyFile(file=file)
    member, data = _unpack(file, raw)
    return Content(file, member, data, sha256(raw).hexdigest())


def text(content: Content) -> bytes:
    """Return a text file's bytes in UTF-8 without a byte order mark; MetaTrader writes UTF-16."""
    data = content.data
    try:
        plain = data.decode("utf-16") if data.startswith(_UTF_16) else data.removeprefix(_UTF_8_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableFile(file=content.file, kind="UTF-8 text", why=error.reason) from None
    return plain.encode()


def _unpack(file: Path, raw: bytes) -> tuple[str, bytes]:
    try:
        if file.suffix.lower() == ".gz":
            return file.stem, gzip.decompress(raw)
        if file.suffix.lower() == ".zip":
            return _member(file, raw)
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise UnreadableFile(file=file, kind=f"a {file.suffix[1:]} archive", why=error) from None
    return file.name, raw


def _member(file: Path, raw: bytes) -> tuple[str, bytes]:
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        # HistData puts a status report (.txt) beside the bars (.csv).
        names = [name for name in archive.namelist() if PurePath(name).suffix.lower() in _TEXT]
        tables = [name for name in names if name.lower().endswith(".csv")] or names
        if len(tables) != 1:
            raise UnreadableFile(file=file, kind="a zip archive of one table", why=f"it holds {len(tables)} tables")
        return PurePath(tables[0]).name, archive.read(tables[0])
