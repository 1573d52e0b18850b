"""PostgreSQL's settings for the memory and the cores that it may use."""

from __future__ import annotations

import os
from pathlib import Path

_CONNECTIONS = 200
_LIMIT = Path("/sys/fs/cgroup/memory.max")
_MIB = 2**20


def tuned(memory: int, cores: int) -> dict[str, str]:
    """Return the settings that depend on the machine, by their names.

    Parameters
    ----------
    memory
        What PostgreSQL may use, in MiB.
    cores
        What it may use of those.

    Notes
    -----
    A quarter of the memory for its own buffers and three quarters as what it may hope to find in memory at all are the
    starting points that its documentation names (section 19.4.1, 19.7.2). `work_mem` is a sort's share if every
    connection sorted at a time; each value is bounded, so that neither a tiny nor a huge machine gets a silly one.
    """
    buffers = _within(memory // 4, 64, 8_192)
    sort = _within((memory - buffers) // _CONNECTIONS, 4, 64)
    gather = _within(cores // 2, 1, 4)
    megabytes = {
        "shared_buffers": buffers,
        "effective_cache_size": max(memory * 3 // 4, buffers),
        "work_mem": sort,
        "maintenance_work_mem": _within(memory // 16, 64, 1_024),
        "max_wal_size": _within(memory // 2, 1_024, 8_192),
        "min_wal_size": 256,
    }
    counts = {
        "max_connections": _CONNECTIONS,
        "max_worker_processes": max(8, cores),
        "max_parallel_workers": max(2, cores),
        "max_parallel_workers_per_gather": gather,
        "max_parallel_maintenance_workers": gather,
    }
    return {name: f"'{size}MB'" for name, size in megabytes.items()} | {name: str(n) for name, n in counts.items()}


def for_this_machine() -> dict[str, str]:
    """Return the settings for half of the memory here, be it a machine's or a control group's: services share it."""
    limit = _LIMIT.read_text(encoding="ascii").strip() if _LIMIT.exists() else ""
    memory = min(_physical(), int(limit) // _MIB) if limit.isdecimal() else _physical()
    return tuned(memory // 2, os.cpu_count() or 1)


def for_container(limit: int) -> dict[str, str]:
    """Return the settings for a container of this machine that may use `limit` MiB, and holds PostgreSQL alone."""
    return tuned(min(limit, _physical()), os.cpu_count() or 1)


def _physical() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MIB


def _within(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))
