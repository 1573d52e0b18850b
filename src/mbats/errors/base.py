from inspect import cleandoc
from typing import Any, ClassVar


class MbatsError(Exception):
    """MBATS could not go on: {why}."""

    passing: ClassVar[bool] = False
    """Whether the same command may do better in a while: somebody who should answer does not."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(cleandoc(type(self).__doc__ or "").format(**facts))

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.facts))


def _rebuild(kind: type[MbatsError], facts: dict[str, Any]) -> MbatsError:
    return kind(**facts)
