"""Notebooks in a person's folder: newer ones come, and nobody's work is lost."""

import json
import re

import nbformat
import pytest

from mbats.stack.notebooks.laying_out import lay_out, shipped

OLD, NEW = {"01-data.ipynb": "old"}, {"01-data.ipynb": "new"}


def found(folder):
    return {path.name: path.read_text() for path in folder.glob("*.ipynb")}


def test_a_new_folder_gets_all(tmp_path):
    lay_out(tmp_path / "notebooks")
    assert found(tmp_path / "notebooks") == shipped()


def test_an_untouched_one_is_replaced(tmp_path):
    lay_out(tmp_path, OLD)
    assert lay_out(tmp_path, NEW) == [tmp_path / "01-data.ipynb"]
    assert found(tmp_path) == NEW


def test_one_that_was_worked_in_stays_and_the_newer_one_is_laid_beside_it_once(tmp_path):
    lay_out(tmp_path, OLD)
    (tmp_path / "01-data.ipynb").write_text("mine")
    assert lay_out(tmp_path, OLD) == []
    assert lay_out(tmp_path, NEW) == [tmp_path / "01-data-2.ipynb"]
    assert lay_out(tmp_path, NEW) == []
    assert lay_out(tmp_path, {"01-data.ipynb": "newest"}) == [tmp_path / "01-data-3.ipynb"]
    assert found(tmp_path) == {"01-data.ipynb": "mine", "01-data-2.ipynb": "new", "01-data-3.ipynb": "newest"}


def test_a_persons_own_notebook_of_that_name_is_not_touched(tmp_path):
    (tmp_path / "01-data.ipynb").write_text("mine")
    lay_out(tmp_path, NEW)
    assert found(tmp_path) == {"01-data.ipynb": "mine", "01-data-2.ipynb": "new"}


def test_a_deleted_one_comes_back(tmp_path):
    lay_out(tmp_path, OLD)
    (tmp_path / "01-data.ipynb").unlink()
    lay_out(tmp_path, OLD)
    assert found(tmp_path) == OLD


def test_notebooks_lead_to_one_another():
    named = {link for text in shipped().values() for link in re.findall(r"\]\(([^)]+)\)", text)}
    assert named == set(shipped())


def test_the_story_is_numbered_from_one():
    assert [name[:2] for name in sorted(shipped())] == [f"{number:02d}" for number in range(1, 8)]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_notebooks_are_kept_without_outputs(name):
    text = shipped()[name]
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    ran = [cell.source for cell in code if cell.outputs or cell.execution_count is not None]
    assert not ran, f"save {name} without its outputs: {ran}"
    assert book.metadata.kernelspec.name == "mbats"
    assert set(json.loads(text)["metadata"]) == {"kernelspec", "language_info"}
