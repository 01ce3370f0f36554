"""Tells before anything starts that a port is taken, and which variable moves it."""

import errno
import socket


class PortTakenError(Exception):
    """Something listens already; the message names the port and the variable that moves it."""


def require_free_port(port: int, variable: str) -> None:
    """Looks at every address of localhost, as the servers bind to all of them. Raises PortTakenError."""
    for family, kind, protocol, _, address in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    message = f"Port {port} is taken: stop what listens there, or choose another with {variable}=."
                    raise PortTakenError(message) from error
