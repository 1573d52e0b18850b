"""Structured log lines: one event a line, with the ids of the run, session or order that it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NO_IDS: Mapping[str, str] = MappingProxyType({})
_ids: ContextVar[Mapping[str, str]] = ContextVar("mbats_log_ids", default=_NO_IDS)
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@contextmanager
def bound(**ids: object) -> Iterator[None]:
    """Put `ids` (``run=...``, ``session=...``) on every log line of this context and what it calls."""
    token = _ids.set({**_ids.get(), **{name: str(value) for name, value in ids.items()}})
    try:
        yield
    finally:
        _ids.reset(token)


def configure(level: str, form: str) -> None:
    """Send MBATS's log lines from `level` up to stderr, as ``text`` or ``json``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logger = logging.getLogger("mbats")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(level.upper())


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, bound ids and the call's ``extra`` facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for `record`."""
        line = {
            "time": _moment(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class TextLines(logging.Formatter):
    """The same facts for people: ``12:00:01 info message key=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for `record`."""
        facts = "".join(f" {name}={value}" for name, value in _facts(record).items())
        line = f"{_moment(record):%H:%M:%S} {record.levelname.lower()} {record.getMessage()}{facts}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    extra = {name: value for name, value in vars(record).items() if name not in _PLAIN}
    return {**_ids.get(), **extra}
