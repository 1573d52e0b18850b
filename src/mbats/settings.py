"""Settings come from the environment, are read once at the edge and handed in from there."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from mbats.errors.settings import (
    HomeIsNoFolder,
    InvalidDatabaseUrl,
    InvalidLogSetting,
    InvalidMlflowUri,
    InvalidOandaUrl,
    InvalidObjectStore,
    UnknownEnvironment,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

OANDA_ENVIRONMENTS = ("practice", "live", "paper")
LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where MBATS keeps its state and finds its services.

    Attributes
    ----------
    home
        Folder of all local state; ``MBATS_HOME``, default ``.mbats``.
    database_url
        The user's own PostgreSQL server; ``MBATS_DATABASE_URL``. None: an embedded server under `home`.
    object_store
        Folder or ``s3://bucket/prefix``; ``MBATS_OBJECT_STORE``, default the folder ``objects`` under `home`.
    backups
        Folder or ``s3://bucket/prefix`` of the stack's backups; ``MBATS_BACKUPS``, default the folder ``backups`` under
        `home`.
    strategies
        Folder of the user's own strategies; ``MBATS_STRATEGIES``, default ``strategies``.
    oanda_environment
        ``MBATS_OANDA_ENVIRONMENT``: practice (default), live or paper.
    oanda_url
        ``MBATS_OANDA_URL``; None: OANDA's own address, or the paper exchange that runs under `home`.
    oanda_account
        ``MBATS_OANDA_ACCOUNT``; None: the only one that the token opens.
    oanda_token, oanda_token_file
        ``MBATS_OANDA_TOKEN``, or ``MBATS_OANDA_TOKEN_FILE``, a file that its owner alone can read.
    oanda_live_accounts
        ``MBATS_OANDA_LIVE_ACCOUNTS``: ids, with commas between, of the accounts with real money that may be traded.
    oanda_record
        ``MBATS_OANDA_RECORD``: a file to which all requests and answers are written, without secrets.
    alerts, alerts_file
        ``MBATS_ALERTS``: addresses of alert services as Apprise writes them, with blanks between; or
        ``MBATS_ALERTS_FILE``, a file of them that its owner alone can read. They hold passwords.
    serving_token, serving_token_file
        ``MBATS_SERVING_TOKEN``, or ``MBATS_SERVING_TOKEN_FILE``, a file that its owner alone can read: what one must
        bear to be answered by the model service. None: anybody on this machine is.
    exchange_token
        ``MBATS_EXCHANGE_TOKEN``: what the paper exchange served from here wants of its clients. None: it makes its own.
    mlflow_uri
        An MLflow server, ``MBATS_MLFLOW_URI``; None: MLflow keeps what it tracks in our PostgreSQL, without a server.
    log_format, log_level
        ``MBATS_LOG_FORMAT`` (text or json) and ``MBATS_LOG_LEVEL``; the level None is for the command line to choose.
    """

    home: Path = Path(".mbats")
    database_url: str | None = field(default=None, repr=False)
    object_store: str = ""
    backups: str = ""
    strategies: Path = Path("strategies")
    oanda_environment: str = "practice"
    oanda_url: str | None = None
    oanda_account: str | None = None
    oanda_token: str | None = field(default=None, repr=False)
    oanda_token_file: Path | None = None
    oanda_live_accounts: tuple[str, ...] = ()
    oanda_record: Path | None = None
    alerts: tuple[str, ...] = field(default=(), repr=False)
    alerts_file: Path | None = None
    serving_token: str | None = field(default=None, repr=False)
    serving_token_file: Path | None = None
    exchange_token: str | None = field(default=None, repr=False)
    mlflow_uri: str | None = None
    log_format: str = "text"
    log_level: str | None = None

    def __post_init__(self) -> None:
        home = self.home.expanduser().absolute()
        object.__setattr__(self, "home", home)
        object.__setattr__(self, "strategies", self.strategies.expanduser().absolute())
        object.__setattr__(self, "object_store", self.object_store or str(home / "objects"))
        object.__setattr__(self, "backups", self.backups or str(home / "backups"))
        self._check()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the ``MBATS_*`` variables; an empty one counts as unset.

        Raises
        ------
        mbats.errors.MbatsError
            A value that cannot be right, with what to write instead.
        """
        values = os.environ if environ is None else environ
        return cls(
            home=Path(values.get("MBATS_HOME") or ".mbats"),
            database_url=values.get("MBATS_DATABASE_URL") or None,
            object_store=values.get("MBATS_OBJECT_STORE") or "",
            backups=values.get("MBATS_BACKUPS") or "",
            strategies=Path(values.get("MBATS_STRATEGIES") or "strategies"),
            oanda_environment=values.get("MBATS_OANDA_ENVIRONMENT") or "practice",
            oanda_url=values.get("MBATS_OANDA_URL") or None,
            oanda_account=values.get("MBATS_OANDA_ACCOUNT") or None,
            oanda_token=values.get("MBATS_OANDA_TOKEN") or None,
            oanda_token_file=Path(file) if (file := values.get("MBATS_OANDA_TOKEN_FILE")) else None,
            oanda_live_accounts=tuple(values.get("MBATS_OANDA_LIVE_ACCOUNTS", "").replace(",", " ").split()),
            alerts=tuple(values.get("MBATS_ALERTS", "").split()),
            alerts_file=Path(file) if (file := values.get("MBATS_ALERTS_FILE")) else None,
            oanda_record=Path(file) if (file := values.get("MBATS_OANDA_RECORD")) else None,
            serving_token=values.get("MBATS_SERVING_TOKEN") or None,
            serving_token_file=Path(file) if (file := values.get("MBATS_SERVING_TOKEN_FILE")) else None,
            exchange_token=values.get("MBATS_EXCHANGE_TOKEN") or None,
            mlflow_uri=values.get("MBATS_MLFLOW_URI") or None,
            log_format=values.get("MBATS_LOG_FORMAT") or "text",
            log_level=values.get("MBATS_LOG_LEVEL") or None,
        )

    def shown(self) -> dict[str, str | None]:
        """Return the settings by variable name, passwords masked."""
        return {
            "MBATS_HOME": str(self.home),
            "MBATS_DATABASE_URL": masked(self.database_url) if self.database_url else None,
            "MBATS_OBJECT_STORE": masked(self.object_store),
            "MBATS_BACKUPS": masked(self.backups),
            "MBATS_STRATEGIES": str(self.strategies),
            "MBATS_OANDA_ENVIRONMENT": self.oanda_environment,
            "MBATS_OANDA_URL": masked(self.oanda_url) if self.oanda_url else None,
            "MBATS_OANDA_ACCOUNT": self.oanda_account,
            "MBATS_OANDA_TOKEN": "***" if self.oanda_token else None,
            "MBATS_OANDA_TOKEN_FILE": str(self.oanda_token_file) if self.oanda_token_file else None,
            "MBATS_OANDA_LIVE_ACCOUNTS": ", ".join(self.oanda_live_accounts) or None,
            "MBATS_ALERTS": "***" if self.alerts else None,
            "MBATS_ALERTS_FILE": str(self.alerts_file) if self.alerts_file else None,
            "MBATS_OANDA_RECORD": str(self.oanda_record) if self.oanda_record else None,
            "MBATS_SERVING_TOKEN": "***" if self.serving_token else None,
            "MBATS_SERVING_TOKEN_FILE": str(self.serving_token_file) if self.serving_token_file else None,
            "MBATS_EXCHANGE_TOKEN": "***" if self.exchange_token else None,
            "MBATS_MLFLOW_URI": masked(self.mlflow_uri) if self.mlflow_uri else None,
            "MBATS_LOG_FORMAT": self.log_format,
            "MBATS_LOG_LEVEL": self.log_level,
        }

    def _check(self) -> None:
        if self.home.exists() and not self.home.is_dir():
            raise HomeIsNoFolder(home=self.home)
        if self.database_url is not None:
            _check_database(self.database_url)
        _check_object_store(self.object_store)
        if self.oanda_environment not in OANDA_ENVIRONMENTS:
            raise UnknownEnvironment(name=self.oanda_environment, known=", ".join(OANDA_ENVIRONMENTS))
        if self.oanda_url is not None:
            _check_origin(self.oanda_url)
        if self.mlflow_uri is not None and not _is_http(self.mlflow_uri):
            raise InvalidMlflowUri(uri=masked(self.mlflow_uri))
        if self.log_format not in LOG_FORMATS:
            raise InvalidLogSetting(name="MBATS_LOG_FORMAT", value=self.log_format, known=", ".join(LOG_FORMATS))
        if self.log_level is not None and self.log_level not in LOG_LEVELS:
            raise InvalidLogSetting(name="MBATS_LOG_LEVEL", value=self.log_level, known=", ".join(LOG_LEVELS))


def masked(url: str) -> str:
    """Return `url` with any password, in its authority or its query, replaced by stars."""
    if "://" not in url:
        return url if "password" not in url.lower() else "***"
    parts = urlsplit(url)
    login, at, place = parts.netloc.rpartition("@")
    user, colon, _ = login.partition(":")
    query = urlencode([(key, "***" if "password" in key.lower() else value) for key, value in parse_qsl(parts.query)])
    netloc = f"{user}{colon and ':***'}{at}{place}"
    return parts._replace(netloc=netloc, query=query.replace("%2A", "*")).geturl()


def _check_database(url: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise InvalidDatabaseUrl(url="***", why=error) from None
    if parts.scheme not in {"postgresql", "postgres"}:
        why = f"its scheme is {parts.scheme!r}" if "://" in url else "it is no URL"
        raise InvalidDatabaseUrl(url=masked(url), why=why)


def _check_object_store(url: str) -> None:
    scheme, separator, rest = url.partition("://")
    if separator and scheme not in {"s3", "file"}:
        raise InvalidObjectStore(url=masked(url), why=f"its scheme is {scheme!r}")
    if separator and not rest.strip("/"):
        raise InvalidObjectStore(url=masked(url), why="nothing follows the scheme")


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


def _check_origin(url: str) -> None:
    try:
        parts = urlsplit(url)
        wrong = not parts.hostname or parts.scheme not in {"http", "https"} or bool(parts.path.strip("/"))
        _ = parts.port
    except ValueError:
        wrong = True
    if wrong:
        raise InvalidOandaUrl(url=masked(url))
