"""What answers requests, and the port to where a newer one comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mbats.models.estimator import Fitted


@dataclass(frozen=True, slots=True)
class Served:
    """A registered version, ready to score rows of features.

    Attributes
    ----------
    reference, id
        Name and number, and the id that pins it.
    kind
        ``class``: scores are probabilities of the upper class; ``number``: expected numbers.
    columns
        Of the rows that it scores; all float64.
    fitted
        Its last fit: the one that trades live.
    """

    reference: str
    id: str
    kind: str
    columns: tuple[str, ...]
    fitted: Fitted
    synthetic: bool = False


class Source(Protocol):
    """The port to the registry, as a server sees it."""

    def newer(self, known: str) -> Served | None:
        """Return the version that is to answer now; None where that is still the one with the id `known`.

        Raises
        ------
        mbats.errors.base.MbatsError
            The registry does not answer, the alias points to nothing, or the version is not what was registered.
        """
        ...
