from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from mbats.errors.training import FitUnreadable

_TRUSTED = frozenset(
    {
        "numpy.dtype",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.tree._tree.Tree",
    }
)
"""What our estimators need beyond what skops trusts: plain holders of numbers."""
_SCHEMA = "schema.json"
_NAMED = re.compile(r'"__id__": (\d+)|"file": "(\d+)\.npy"')
_DATE = (1980, 1, 1, 0, 0, 0)


class SkopsCodec:
    """Fitted scikit-learn objects in the format of skops; implements `mbats.models.estimators.codec.Codec`.

    skops names parts by their place in memory and stamps the time; we number them instead, in the order in which they
    come, so that the same object gives the same bytes.
    """

    format = "skops"

    def dump(self, fitted: Any) -> bytes:
        """Return `fitted` as bytes."""
        with zipfile.ZipFile(io.BytesIO(skops.io.dumps(fitted))) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        return _archive(_numbered(parts))

    def load(self, content: bytes) -> Any:
        """Read what `dump` wrote; only scikit-learn's and numpy's own types, and those named here, are made.

        Raises
        ------
        FitUnreadable
        """
        try:
            return skops.io.loads(content, trusted=sorted(_TRUSTED))
        except (UntrustedTypesFoundException, zipfile.BadZipFile, KeyError, ValueError, TypeError) as cause:
            raise FitUnreadable(format=self.format, cause=cause) from cause


def _numbered(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Return the parts under numbers in the order of the schema, which mentions them so."""
    schema = json.dumps(json.loads(parts.pop(_SCHEMA)), separators=(", ", ": "))
    numbers: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        mentioned = found[1] or found[2]
        place = numbers.setdefault(mentioned, len(numbers))
        return f'"__id__": {place}' if found[1] else f'"file": "{place}.npy"'

    numbered = _NAMED.sub(number, schema)
    files = {f"{numbers[name.removesuffix('.npy')]}.npy": content for name, content in parts.items()}
    return {**dict(sorted(files.items())), _SCHEMA: numbered.encode()}


def _archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), content)
    return buffer.getvalue()
