"""Loopback ports for tests."""

import random
import socket
from contextlib import suppress

from local_host.ports import PortTakenError, require_free_port

# Below those that the kernel gives to whoever asks for any, soon after another; tests/browser takes those above.
PORTS = range(20_000, 28_000)
_untried = iter(random.sample(PORTS, len(PORTS)))


def closed_port() -> int:
    """A port that nothing listens on, and that no other process of tests is given while this one lives."""
    for port in _untried:
        with suppress(OSError, PortTakenError), socket.socket(type=socket.SOCK_DGRAM) as claim:
            claim.bind(("127.0.0.1", port))  # UDP, which nobody else wants: it claims the number on this machine
            require_free_port(port, "PORT")
            claim.detach()  # so that it stays open until the process ends
            return port
    raise AssertionError("Every port for tests has been given away.")
