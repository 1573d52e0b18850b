"""Which executor a name means, and what is refused before anything starts."""

import pytest

from mbats.bootstrap import wiring
from mbats.errors.executor import InvalidWorkers, RayNotInstalled


def test_one_worker_for_each_core_unless_stated():
    assert wiring.executor().workers >= 1
    assert wiring.executor(workers=3).workers == 3


@pytest.mark.parametrize("kind", ["local", "ray"])
@pytest.mark.parametrize("count", [0, -1, 1_000_000])
def test_absurd_numbers_of_workers(kind, count):
    with pytest.raises(InvalidWorkers, match=rf"{count} workers cannot judge .* from 1 to \d+"):
        wiring.executor(kind, count)


def test_says_how_to_install_ray(monkeypatch):
    monkeypatch.setattr("mbats.adapters.ray.cluster.find_spec", lambda name: None)
    with pytest.raises(RayNotInstalled, match=r"pip install 'mbats\[ray\]'"):
        wiring.executor("ray")
