"""`python -m local_host` as a process of its own, in a folder of its own.

Most are forked from a process that has imported it, which spares a second of a processor each.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from tests.ports import closed_port
from tests.processes import Forked

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "local.settings.json.example"
HOST_JSON = ROOT / "host.json"
PATIENCE_SECONDS = 60
COMMAND = [sys.executable, "-m", "local_host"]
PROGRAM = """
import local_host.queue_functions
from local_host.__main__ import main

local_host.queue_functions.LEASE_SECONDS = {}
{}
main()
"""
_SETTINGS = {*json.loads(EXAMPLE.read_text(encoding="utf-8"))["Values"], "AZURE_FUNCTIONS_ENVIRONMENT", "PORT"}
Seen = TypeVar("Seen")


@dataclass(frozen=True)
class LocalHost:
    """A running local host. `log` is what it has written so far."""

    process: subprocess.Popen[bytes] | Forked
    folder: Path
    port: int
    client: httpx.Client

    @property
    def log(self) -> str:
        return (self.folder / "host.log").read_text(encoding="utf-8")


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without the product's settings, but with the given ones; warnings are errors.

    Without a storage account of somebody else: a host has queues of its own unless it is given some.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "AzureWebJobsStorage": "", **settings}


@contextmanager
def running_local_host(
    folder: Path,
    *,
    port: int | None = None,
    lease_seconds: int = 600,
    patch: str = "",
    by_command: bool = False,
    **settings: str,
) -> Iterator[LocalHost]:
    """Serves the folder's function_app.py, or the product when it has none; `port` is where it is expected.

    `lease_seconds` is how soon a queue's message that its host did not finish comes back, `patch` what the process
    executes before it serves.
    """
    expected_port = port or closed_port()
    if port is None:
        settings["PORT"] = str(expected_port)
    log = folder / "host.log"
    process: subprocess.Popen[bytes] | Forked
    if by_command:
        with log.open("ab") as written:
            process = subprocess.Popen(COMMAND, cwd=folder, env=environment(**settings), stdout=written, stderr=written)
    else:
        process = Forked(PROGRAM.format(lease_seconds, patch), folder, environment(**settings), log, log)
    try:
        with httpx.Client(base_url=f"http://localhost:{expected_port}", timeout=PATIENCE_SECONDS) as client:
            host = LocalHost(process, folder, expected_port, client)
            wait_until(lambda: answers(host), f"the local host answers; it said: {host.log}")
            yield host
    finally:
        process.terminate()
        try:
            process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(host: LocalHost) -> bool:
    assert host.process.poll() is None, f"The local host stopped: {host.log}"
    try:
        host.client.get("/")
    except httpx.TransportError:
        return False
    return True


def stopped_local_host(folder: Path, *, by_command: bool = False, **settings: str) -> tuple[int, str]:
    """The exit code of a local host that is expected to end by itself, and what it said about that."""
    if by_command:
        stopped = subprocess.run(
            COMMAND, cwd=folder, env=environment(**settings), capture_output=True, text=True, timeout=PATIENCE_SECONDS
        )
        return stopped.returncode, stopped.stderr
    out, err = folder / "host.out", folder / "host.err"
    process = Forked(PROGRAM.format(600, ""), folder, environment(**settings), out, err)
    try:
        return process.wait(PATIENCE_SECONDS), err.read_text(encoding="utf-8")
    finally:
        process.kill()


def wait_until(look: Callable[[], Seen], what: str) -> Seen:
    """Looks until it sees something; fails when patience ends."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.05)
    raise AssertionError(f"Waited in vain until {what}.")
