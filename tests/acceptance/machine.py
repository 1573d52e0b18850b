"""What anybody on this machine can see of a stack's processes."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

_LISTENING = "0A"
_PROC = Path("/proc")


def family(ancestor: int) -> set[int]:
    """Return a process and all that descend from it."""
    parents = {pid: _parent(pid) for pid in _processes()}
    found, fresh = set[int](), {ancestor}
    while fresh:
        found |= fresh
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
    return found


def command_lines() -> Iterator[tuple[int, str]]:
    """Yield the words of every process of the machine."""
    for pid in _processes():
        try:
            yield pid, (_PROC / str(pid) / "cmdline").read_text(errors="replace").replace("\0", " ")
        except OSError:
            continue


def listeners(pids: set[int]) -> dict[tuple[IPv4Address | IPv6Address, int], int]:
    """Return where processes listen for TCP, and which does."""
    holders = {inode: pid for pid in pids for inode in _sockets(pid)}
    return {place: holders[inode] for place, inode in _listening() if inode in holders}


def _processes() -> list[int]:
    return [int(path.name) for path in _PROC.iterdir() if path.name.isdecimal()]


def _parent(pid: int) -> int:
    try:
        return int((_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _sockets(pid: int) -> Iterator[str]:
    try:
        links = [path.readlink() for path in (_PROC / str(pid) / "fd").iterdir()]
    except OSError:
        return
    yield from (str(link)[len("socket:[") : -1] for link in links if str(link).startswith("socket:["))


def _listening() -> Iterator[tuple[tuple[IPv4Address | IPv6Address, int], str]]:
    for table in ("tcp", "tcp6"):
        for line in (_PROC / "net" / table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENING:
                address, _, port = fields[1].partition(":")
                yield (_address(address), int(port, 16)), fields[9]


def _address(text: str) -> IPv4Address | IPv6Address:
    """Return an address as the kernel writes it: words of four bytes, each backwards."""
    packed = b"".join(bytes.fromhex(text[at : at + 8])[::-1] for at in range(0, len(text), 8))
    found = ip_address(packed)
    return getattr(found, "ipv4_mapped", None) or found
