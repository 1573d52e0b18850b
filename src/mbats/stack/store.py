from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.errors.stack import StoreUnnamed

if TYPE_CHECKING:
    from collections.abc import Mapping

GIVEN = ("MBATS_S3_URL", "MBATS_S3_KEY", "MBATS_S3_SECRET", "MBATS_S3_REGION", "MBATS_S3_BUCKETS")
"""What a person says who brings a store along: its address, who he is there, and how its buckets' names begin."""
SECRET = "MBATS_S3_SECRET"  # noqa: S105 - a variable's name


@dataclass(frozen=True, slots=True)
class Store:
    """The S3 server of a stack: its own, or one that was brought along by naming its URL.

    Attributes
    ----------
    host, port, own_secret
        Of the stack's own.
    given
        What a person said about another: `GIVEN`.
    """

    host: Mapping[str, str]
    port: Mapping[str, int]
    own_secret: Mapping[str, str]
    given: Mapping[str, str]

    @property
    def url(self) -> str:
        """Return its address."""
        return self.given.get("MBATS_S3_URL") or "http://{}:{}".format(self.host["objects"], self.port["objects"])

    @property
    def key(self) -> str:
        """Return who its clients are; raises StoreUnnamed where nobody says so for a store that was brought along."""
        return self._named("MBATS_S3_KEY", "mbats")

    @property
    def secret(self) -> str:
        """Return what its clients know; raises StoreUnnamed as `key` does."""
        return self._named(SECRET, self.own_secret["objects"])

    @property
    def region(self) -> str:
        """Return where it is, which only AWS asks for."""
        return self.given.get("MBATS_S3_REGION") or "us-east-1"

    @property
    def buckets(self) -> str:
        """Return how the addresses of all buckets begin."""
        return "s3://{}-".format(self.given.get("MBATS_S3_BUCKETS") or "mbats")

    def _named(self, variable: str, own: str) -> str:
        if not self.given.get("MBATS_S3_URL"):
            return own
        if not self.given.get(variable):
            raise StoreUnnamed(url=self.given["MBATS_S3_URL"], missing=variable)
        return self.given[variable]
