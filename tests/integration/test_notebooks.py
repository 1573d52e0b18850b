"""The notebooks tell their story from beginning to end, with pictures, and without the network."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from mbats.stack.notebooks.laying_out import lay_out, shipped

PLOTLY = "application/vnd.plotly.v1+json"
PICTURES = {"01-data": 2, "02-strategy": 1, "03-backtest": 5, "04-sweep": 4, "05-model": 3, "06-paper": 3, "07-rest": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, discard):
    """A person's notebooks; all share one MBATS_HOME, as they do in the stack."""
    folder = tmp_path_factory.mktemp("story")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MBATS_HOME", str(folder / "home"))
        lay_out(folder)
        yield folder
        discard(folder / "home")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_notebook_runs_and_draws(name: str, folder: Path) -> None:
    book = nbformat.read(folder / name, as_version=4)
    here = {"metadata": {"path": str(folder)}}
    NotebookClient(book, kernel_name="python3", resources=here).execute()
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    complaints = [output.text for output in outputs if output.get("name") == "stderr"]
    assert not complaints
    pictures = [output.data[PLOTLY] for output in outputs if PLOTLY in output.get("data", {})]
    assert len(pictures) == PICTURES[Path(name).stem]
    assert all(one["data"] for one in pictures)
