"""The server that MBATS brings along: made and started when first needed, shared by every process of a home."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg

from mbats import private_file
from mbats.adapters.postgres import place
from mbats.adapters.postgres.account import server_account
from mbats.adapters.postgres.address import Address
from mbats.adapters.postgres.binaries import programs
from mbats.adapters.postgres.cluster import ADMIN, configure, initialise
from mbats.adapters.postgres.launcher import Launcher
from mbats.adapters.postgres.lock import exclusive
from mbats.adapters.postgres.roles import ROLES
from mbats.errors.database import DatabaseNotPrepared, EmbeddedServerFailed

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.adapters.postgres.place import Place

_PORT = 5432
_MAINTENANCE = "postgres"
_LOADED = "SELECT pg_conf_load_time()"


class EmbeddedServer:
    """The cluster of one MBATS_HOME."""

    def __init__(self, home: Path) -> None:
        self._folder = home.resolve() / "postgres"
        self._credentials = self._folder / "credentials.json"

    def address(self, database: str, role: str) -> Address:
        """Return where `database` is for `role`; raises DatabaseNotPrepared before the first `start`."""
        found = place.load(self._folder)
        if found is None:
            raise DatabaseNotPrepared(address=self._folder, cause="there is no cluster yet")
        return self._address(found, database, role)

    def admin_address(self) -> Address:
        """Return where roles and databases are made."""
        return self.address(_MAINTENANCE, ADMIN)

    def passwords(self) -> dict[str, str]:
        """Return the passwords of our roles."""
        return private_file.complete(self._credentials, (ADMIN, *ROLES))

    def start(self) -> None:
        """Make the cluster where there is none and start its server where it does not answer."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with exclusive(self._folder / "lock"):
                launcher = self._prepared()
                launcher.start(lambda: self._answers(launcher.place))
                self._reload(launcher.place)
        except OSError as cause:
            raise EmbeddedServerFailed(folder=self._folder, step="start", log="(none yet)", tail=cause) from cause

    def stop(self) -> None:
        """Stop the server; the next `start` finds everything as it was."""
        if place.load(self._folder) is not None:
            with exclusive(self._folder / "lock"):
                self._launcher().stop()

    def _prepared(self) -> Launcher:
        launcher = self._launcher()
        where, account = launcher.place, launcher.account
        if not where.data.exists():
            initialise(where, launcher.programs, account, self.passwords()[ADMIN])
        where.log.touch(mode=0o600)
        account.give(where.log)
        configure(where, account)
        where.save()
        return launcher

    def _launcher(self) -> Launcher:
        known = place.load(self._folder)
        account = server_account(known.data if known else self._folder / "data")
        if account.borrowed:
            self._folder.chmod(0o711)
        where = place.with_socket(known or place.choose(self._folder, account), account)
        return Launcher(where, programs(account), account)

    def _reload(self, where: Place) -> None:
        """Let a server that an earlier version has started read what was written anew, before anybody knocks."""
        with psycopg.connect(self._address(where, _MAINTENANCE, ADMIN).url, autocommit=True) as connection:
            before = connection.execute(_LOADED).fetchone()
            connection.execute("SELECT pg_reload_conf()")
            while connection.execute(_LOADED).fetchone() == before:
                time.sleep(0.01)

    def _answers(self, where: Place) -> bool:
        try:
            psycopg.connect(self._address(where, _MAINTENANCE, ADMIN).url).close()
        except psycopg.OperationalError:
            return False
        return True

    def _address(self, where: Place, database: str, role: str) -> Address:
        return Address(str(where.socket), _PORT, database, role, private_file.read(self._credentials).get(role, ""))
