import io
import zipfile

import pytest

from mbats.adapters.skops.codec import SkopsCodec
from mbats.errors.training import FitUnreadable


class Foreign:
    """A type that nobody trusts."""


def test_what_is_neither_scikit_learns_nor_trusted_is_not_made():
    import skops.io

    with pytest.raises(FitUnreadable, match="Foreign"):
        SkopsCodec().load(skops.io.dumps(Foreign()))


def test_says_so_when_it_is_no_archive_of_skops():
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    for content in (b"no archive", empty.getvalue()):
        with pytest.raises(FitUnreadable, match="skops"):
            SkopsCodec().load(content)
