"""The databases of a stack in memory, rows as texts by table."""

import json
from contextlib import contextmanager
from hashlib import sha256

from mbats.pipelines.backup.databases import Content, Dump


class FakeStackDatabases:
    """Implements `mbats.pipelines.backup.databases.Databases`."""

    def __init__(self, **databases):
        self.databases = databases
        self.beside = {}
        self.connected = {}
        self.migrated = []
        self.trouble = None
        """Raised when databases are to take their places."""

    def names(self):
        return sorted(self.databases)

    def version(self):
        return "18.6"

    @contextmanager
    def dump(self, name):
        tables = json.loads(json.dumps(self.databases[name]))
        yield Dump("owner", contents(tables), (bytes([byte]) for byte in json.dumps(tables).encode()))

    def holdings(self):
        return {
            what: rows
            for what, rows in {"runs": sum(map(len, self.databases.get("risk", {}).values()))}.items()
            if rows
        }

    def users(self):
        return self.connected

    def restore_beside(self, name, owner, chunks):
        self.beside[name] = json.loads(b"".join(chunks))
        return contents(self.beside[name])

    def bring_up_to_date(self, names):
        self.migrated = list(names)

    def discard(self, names):
        for name in names:
            self.beside.pop(name, None)

    def swap(self, names):
        if self.trouble:
            raise self.trouble
        self.databases |= {name: self.beside.pop(name) for name in names}


def contents(tables):
    return {
        name: Content(len(rows), sha256("".join(sorted(rows)).encode()).hexdigest()) for name, rows in tables.items()
    }
