from inspect import cleandoc
from typing import Any


class MbatsError(Exception):
    """MBATS could not go on: {why}."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(cleandoc(type(self).__doc__ or "").format(**facts))

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.facts))


def _rebuild(kind: type[MbatsError], facts: dict[str, Any]) -> MbatsError:
    return kind(**facts)
