"""``pg_dump`` and ``pg_restore``, of the major version of our own server, as streams of bytes."""

from __future__ import annotations

import os
import subprocess
from collections import deque
from contextlib import contextmanager, suppress
from threading import Thread
from typing import IO, TYPE_CHECKING, cast

from psycopg.conninfo import make_conninfo

from mbats.adapters.postgres.binaries import client
from mbats.errors.backup import DumpFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbats.adapters.postgres.address import Address

_CHUNK = 2**20
_LAST_LINES = 10


def dumped(address: Address, snapshot: str) -> Iterator[bytes]:
    """Yield a database as `snapshot` shows it, in the custom format.

    Raises
    ------
    mbats.errors.backup.DumpFailed
    """
    words = ["--format=custom", "--no-password", f"--snapshot={snapshot}", f"--dbname={_place(address)}"]
    with _running("pg_dump", words, address) as process:
        output = cast("IO[bytes]", process.stdout)
        while chunk := output.read(_CHUNK):
            yield chunk


def restored(address: Address, chunks: Iterable[bytes]) -> None:
    """Fill an empty database with what `dumped` yielded.

    Raises
    ------
    mbats.errors.backup.DumpFailed
    """
    words = ["--exit-on-error", "--no-password", f"--dbname={_place(address)}"]
    with _running("pg_restore", words, address) as process:
        given = cast("IO[bytes]", process.stdin)
        try:
            for chunk in chunks:
                given.write(chunk)
            given.close()
        except BrokenPipeError:  # it has ended, and its exit code and last words say why
            with suppress(BrokenPipeError):
                given.close()


@contextmanager
def _running(program: str, words: list[str], address: Address) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program; when the block is left it has ended well, or has been killed where the block failed."""
    process = subprocess.Popen(  # noqa: S603 - the wheel's own program, no shell
        [str(client(program)), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PGPASSWORD": address.password},
    )
    said: deque[str] = deque(maxlen=_LAST_LINES)
    listener = Thread(target=_listen, args=(cast("IO[bytes]", process.stderr), said), daemon=True)
    listener.start()
    try:
        with process:
            yield process
    except BaseException:
        process.kill()
        raise
    finally:
        process.wait()
        listener.join()
    if process.returncode:
        raise DumpFailed(program=program, database=address.database, said=" ".join(said) or "it said nothing")


def _listen(stream: IO[bytes], said: deque[str]) -> None:
    said.extend(line.decode(errors="replace").strip() for line in stream)


def _place(address: Address) -> str:
    """Return where a database is, as the programs take it; the password is in their environment."""
    place = {"host": address.host, "port": str(address.port), "dbname": address.database, "user": address.user}
    return make_conninfo("", **place, **address.options)
