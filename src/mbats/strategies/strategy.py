from __future__ import annotations

from abc import ABC
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Strategy(BaseModel, ABC):
    """What signal and target strategies share: frozen, typed parameters with bounds.

    The fields of a subclass are its parameters. They feed ``--param``, searches and the help text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, allow_inf_nan=False)

    kind: ClassVar[str] = ""

    @property
    def name(self) -> str:
        """The class's name."""
        return type(self).__name__

    @property
    def parameters(self) -> dict[str, object]:
        """Parameter values by name, ready for JSON."""
        return self.model_dump(mode="json")
