"""Ports of 127.0.0.1 to listen on."""

import socket
from contextlib import suppress
from random import SystemRandom

FIRST, LAST = 20_000, 32_767
"""Below those that Linux gives to connections (ip_local_port_range), which come and go."""


def free() -> int:
    """A port on which nobody listens, and which no connection will take meanwhile."""
    while True:
        port = SystemRandom().randint(FIRST, LAST)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
