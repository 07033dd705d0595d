"""Free TCP ports on 127.0.0.1: the wished-for one, or the next one that nobody uses."""

import socket
from collections.abc import Collection

HOST = "127.0.0.1"
STEPS = 100


class NoFreePort(Exception):
    """Every port that was tried is in use."""


def free_port(preferred: int | None = None, *, avoid: Collection[int] = ()) -> int:
    """A port on 127.0.0.1 nobody listens on: `preferred` or up to 99 above it, or any when none is preferred.

    `avoid` names ports already promised to servers that do not listen yet. Raises NoFreePort.
    """
    if preferred is None:
        return _any_port(avoid)
    for port in range(preferred, min(preferred + STEPS, 65536)):
        if port not in avoid and not in_use(port):
            return port
    raise NoFreePort(
        f"Ports {preferred} to {preferred + STEPS - 1} on {HOST} are all in use; stop one of their servers."
    )


def in_use(port: int) -> bool:
    """Whether a server could not listen on this port now."""
    with socket.socket() as probe:
        # Servers set this option too: without it a port of a server stopped a minute ago would still look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def answers(port: int) -> bool:
    """Whether a server accepts connections on this port now."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _any_port(avoid: Collection[int]) -> int:
    for _ in range(STEPS):
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1]
        if port not in avoid:
            return port
    raise NoFreePort(f"The system offers no free port on {HOST}.")
