"""One browser for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fixtures.browser import Page, opened


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of a headless browser; skipped where none is installed."""
    yield from opened(tmp_path_factory.mktemp("profile"))
