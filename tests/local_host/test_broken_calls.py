"""Calls that break off in the middle: one line of the log at most, no traceback, and the local host serves on."""

import socket
import time

import pytest

from tests.local_host.processes import LocalHost

BEGINNINGS = {
    "less than its length": b"Content-Length: 500\r\n\r\n{",
    "nothing of its body": b"Content-Length: 500\r\n\r\n",
    "half a chunk": b"Transfer-Encoding: chunked\r\n\r\n64\r\n{",
    "no last chunk": b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    "chunk without a size": b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\nhello\r\n",
}
RESET_AT_CLOSE = b"\1\0\0\0\0\0\0\0"


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_upload_that_breaks_off_is_one_line_of_the_log_at_most(
    fast_host: LocalHost, beginning: bytes, *, reset: bool
) -> None:
    before = len(fast_host.log)
    with socket.create_connection(("localhost", fast_host.port)) as client:
        head = b"POST /api/databricks/access-requests HTTP/1.1\r\nHost: localhost\r\n"
        client.sendall(head + b"Content-Type: application/json\r\n" + beginning)
        assert fast_host.client.get("/api/health").status_code == 200  # by now the call has begun
        if reset:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    for _ in range(3):  # by now its end has been noticed
        assert fast_host.client.get("/api/health").status_code == 200
        time.sleep(0.05)
    assert len(fast_host.log[before:].splitlines()) <= 1
