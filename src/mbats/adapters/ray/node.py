"""One node of the stack's Ray cluster: ``python -m mbats.adapters.ray.node OWN_HOST HEAD_HOST:PORT CPUS FOLDER``.

The node at the head's own host and with no CPUs is the head. ``ray start`` does the same, except that it knows no
cluster on loopback: it gives a second node the machine's outer address, where everybody could connect.
"""

from __future__ import annotations

import socket
import sys
import time

from mbats.adapters.ray.cluster import OBJECT_STORE, keep_to_itself

_PAUSE = 1.0


def main(own: str, head: str, cpus: str, folder: str) -> None:
    """Be a node until one of its processes ends or it is told to end.

    Parameters
    ----------
    own
        The node's host name.
    head
        The head's, with its port.
    cpus
        How many tasks the node runs at a time; the head runs none.
    folder
        Where the head keeps logs and sockets; its path must be short.
    """
    address = socket.gethostbyname(own)
    keep_to_itself(address)
    from ray._private.node import Node
    from ray._private.parameter import RayParams
    from ray._private.utils import set_sigterm_handler

    name, _, port = head.rpartition(":")
    leads = cpus == "0"
    place = {"gcs_server_port": int(port)} if leads else {"gcs_address": f"{socket.gethostbyname(name)}:{port}"}
    parameters = RayParams(
        node_ip_address=address,
        num_cpus=int(cpus),
        object_store_memory=OBJECT_STORE,
        min_worker_port=0,
        max_worker_port=0,
        include_dashboard=False,
        temp_dir=folder,
        **place,
    )
    set_sigterm_handler(lambda *_: sys.exit(0))
    node = Node(parameters, head=leads, shutdown_at_exit=True, spawn_reaper=True)
    while not node.dead_processes():
        time.sleep(_PAUSE)
    sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
