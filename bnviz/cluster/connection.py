"""Connecting to a running Ray cluster; without one there is a clear error within seconds."""

from __future__ import annotations

import importlib.util
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from bnviz.cluster.package import PACKAGE, package_fingerprint
from bnviz.config import InputError
from bnviz.config.numbers import count_of

CONNECT_S = 5.0
_LOCAL = ("localhost", "127.0.0.1", "::1")
_HELLO = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
_SETTINGS = 4
"""HTTP/2's preface and an empty SETTINGS frame (RFC 9113, 3.4); a server that speaks HTTP/2 answers with one."""


class ClusterError(ConnectionError):
    """The connection to the cluster was lost, or the cluster lost the same job too often."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that this process is connected to.

    Attributes:
        ray: the module; its types are not available unless Ray is installed.
        address: host:port of the head.
        fingerprint: ``package_fingerprint`` of this process; every worker compares its own.
    """

    ray: Any
    address: str
    fingerprint: str

    def cpus(self) -> int:
        """Return how many tasks fit at this moment: one per processor of every living node."""
        return int(self.ray.cluster_resources().get("CPU", 0))


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to a cluster, and disconnect at the end; the cluster keeps running.

    Args:
        address: ``host:port`` of the head, as ``ray start --head`` prints it.

    Raises:
        InputError: Ray is not installed, the address is malformed, no Ray answers there within ``CONNECT_S``
            seconds, or the cluster cannot be used.
    """
    host, port = parse_address(address)
    ray = _ray()
    if host in _LOCAL:  # Ray translates these names to the address under which other nodes see this machine
        host = str(ray.util.get_node_ip_address())
    check_reachable(host, port, address)
    try:
        ray.init(
            address=f"{host}:{port}",
            runtime_env={"py_modules": [str(PACKAGE)], "excludes": ["__pycache__"]},
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (OSError, RuntimeError, ValueError) as error:
        first = str(error).strip().partition("\n")[0]
        raise InputError(f"the Ray cluster at {address} cannot be used from here: {first:.300}") from error
    try:
        cluster = Cluster(ray, f"{host}:{port}", package_fingerprint())
        if cluster.cpus() < 1:
            raise InputError(f"the Ray cluster at {address} has no processor to work on")
        yield cluster
    finally:
        ray.shutdown()


def _ray() -> Any:  # noqa: ANN401 - a module that may not be there
    if importlib.util.find_spec("ray") is None:
        raise InputError("--engine ray needs Ray: pip install -r requirements-ray.txt")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # no usage report is sent
    os.environ.setdefault("RAY_gcs_server_request_timeout_seconds", "15")  # the default of 60 s only delays the error
    return import_module("ray")


def parse_address(address: str) -> tuple[str, int]:
    """Split HOST:PORT; "auto" and "ray://" are rejected, because Ray needs minutes to report that they fail."""
    host, colon, port = address.rpartition(":")
    if not colon or not host or "/" in host or not 1 <= (count_of(port) or 0) <= 65535:
        raise InputError(f"--address is HOST:PORT of a Ray head, for instance 127.0.0.1:6379, got {address!r:.80}")
    return host.strip("[]"), int(port)


def check_reachable(host: str, port: int, address: str) -> None:
    """Check that a server that speaks HTTP/2, as Ray does, answers within a few seconds; raise InputError if not."""
    try:
        with socket.create_connection((host, port), timeout=CONNECT_S) as channel:
            channel.sendall(_HELLO)
            answer = b""
            while len(answer) < 9 and (part := channel.recv(9 - len(answer))):
                answer += part
    except OSError as error:
        raise InputError(f"no Ray cluster answers at {address}; start one with ray start --head") from error
    if len(answer) < 9 or answer[3] != _SETTINGS:
        raise InputError(f"what answers at {address} is no Ray cluster; start one with ray start --head")
