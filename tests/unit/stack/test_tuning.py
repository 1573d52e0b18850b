"""PostgreSQL's settings grow with the machine, within bounds.

The quarter and the three quarters are PostgreSQL 18's documentation's: sections 19.4.1 (shared_buffers, "a reasonable
starting value ... is 25% of the memory in your system") and 19.7.2 (effective_cache_size).
"""

import pytest

from mbats.stack.compose.places import deployment
from mbats.stack.services.postgres import POSTGRES
from mbats.stack.table import SERVICES, secret_names
from mbats.stack.tuning import for_container, for_this_machine, tuned


def size(settings, name):
    return int(settings[name].strip("'").removesuffix("MB"))


def test_a_machine_of_eight_gigabytes_and_four_cores():
    settings = tuned(8_192, 4)
    assert settings["shared_buffers"] == "'2048MB'"
    assert settings["effective_cache_size"] == "'6144MB'"
    assert settings["max_parallel_workers"] == "4"
    assert settings["max_parallel_workers_per_gather"] == "2"


@pytest.mark.parametrize("memory", [128, 1_024, 2_048, 16_384, 262_144])
@pytest.mark.parametrize("cores", [1, 2, 64])
def test_settings_stay_within_what_postgresql_accepts_and_the_memory_holds(memory, cores):
    settings = tuned(memory, cores)
    assert 64 <= size(settings, "shared_buffers") <= max(memory // 2, 64)
    assert 4 <= size(settings, "work_mem") <= 64
    assert size(settings, "shared_buffers") <= size(settings, "effective_cache_size")
    assert size(settings, "min_wal_size") < size(settings, "max_wal_size")
    assert int(settings["max_parallel_workers"]) <= int(settings["max_worker_processes"])
    assert 1 <= int(settings["max_parallel_workers_per_gather"]) <= 4


def test_more_memory_never_means_less_of_anything():
    smaller, larger = tuned(2_048, 2), tuned(32_768, 16)
    assert all(size(smaller, name) <= size(larger, name) for name in smaller if "MB" in smaller[name])


def test_a_container_gets_no_more_than_its_limit():
    assert size(for_container(2_048), "shared_buffers") <= 512
    assert size(for_this_machine(), "shared_buffers") >= 64


def test_the_settings_reach_the_servers_file():
    files = deployment(SERVICES, dict.fromkeys(secret_names(SERVICES), "x"), {}).unit(POSTGRES)["files"]
    assert f"shared_buffers = '{size(for_container(POSTGRES.memory), 'shared_buffers')}MB'\n" in files["postgres.conf"]
