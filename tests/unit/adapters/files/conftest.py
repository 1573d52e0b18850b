import gzip
import zipfile

import pytest

from mbats.adapters.files.reader import FileReader
from mbats.pipelines.ingest import FileForm


@pytest.fixture
def table(tmp_path):
    """Write a file and read it back as the tables of bars it holds."""

    def read(name, text, **form):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, str):
            text = text.encode()
        if path.suffix == ".gz":
            text = gzip.compress(text)
        if path.suffix == ".zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(form.pop("member", path.stem + ".csv"), text)
        else:
            path.write_bytes(text)
        return FileReader().bars(path, FileForm(**form)).tables

    return read
