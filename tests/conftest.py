"""What every test may use, and what no test may touch: the user's own MBATS."""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_SERVERS = ("exchange", "mlflow", "native_stack", "objects", "postgres", "ray")
_FIXTURES = ("clients", "engine", "models", "office", *_SERVERS)
pytest_plugins = [f"fixtures.{name}" for name in _FIXTURES]

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("bounds", settings.get_profile("ci"), max_examples=20)
settings.register_profile("explore", deadline=None, max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


_LONG = {"test_documented_commands.py", "test_torture.py", "test_sweep_killed.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes: who runs out of tests takes over others', but no half of one."""
    items.sort(key=lambda item: item.path.name not in _LONG)


def pytest_configure() -> None:
    """Forget the user's own settings: no test may reach a database or a folder that is not its own."""
    for name in [name for name in os.environ if name.startswith("MBATS_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Recorded market data that is not part of the repository; tests that need it are skipped without."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no recorded market data beside the checkout ({folder})")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, discard: Callable[[Path], None]) -> Iterator[Path]:
    """An empty MBATS_HOME and working folder of this test's own; a server that it started is stopped."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MBATS_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
    discard(tmp_path / "home")


@pytest.fixture(autouse=True)
def _logger_as_it_was() -> Iterator[None]:
    """Undo what the command line does to the logger of this process."""
    logger = logging.getLogger("mbats")
    before = logger.handlers, logger.propagate, logger.level
    yield
    logger.handlers, logger.propagate, logger.level = before
