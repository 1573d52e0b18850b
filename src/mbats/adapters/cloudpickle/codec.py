from __future__ import annotations

import sys
from typing import Any

import cloudpickle

from mbats.models.estimators.discovery import PACKAGE


class PickleCodec:
    """Fitted estimators of the user's own; implements `mbats.models.estimators.codec.Codec`.

    Loading runs code, so the caller loads only what the own registry vouches for by its hash. Classes of one-file
    estimators go along by value: they load where that file is not.
    """

    format = "cloudpickle"

    def dump(self, fitted: Any) -> bytes:
        """Return `fitted` as bytes."""
        module = sys.modules.get(type(fitted).__module__)
        if module is not None and module.__name__.startswith(f"{PACKAGE}."):
            cloudpickle.register_pickle_by_value(module)
        content: bytes = cloudpickle.dumps(fitted, protocol=5)
        return content

    def load(self, content: bytes) -> Any:
        """Read what `dump` wrote."""
        return cloudpickle.loads(content)
