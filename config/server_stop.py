"""Stops the runs of this process on SIGTERM: each stops at its next item and ends at once, as failed.

A run that is cut off would hold its lock until that goes stale. Only an item that takes too long is cut off.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

GRACE_SECONDS = 20.0
# How much of it the items under way may use; the rest is for the records and the end of the run.
UNDER_WAY_SECONDS = 10.0
# A run looks this often whether it must hurry.
LOOK_SECONDS = 0.25
# A shell reports this code for a process that SIGTERM ended.
EXIT_CODE = 128 + signal.SIGTERM


class ServerStop:
    """Knows whether this process has been told to stop, and how many of its runs and removals have not ended."""

    def __init__(self) -> None:
        self._requested = threading.Event()
        self._running = 0
        self._changed = threading.Condition()

    @property
    def is_requested(self) -> bool:
        return self._requested.is_set()

    def request(self) -> None:
        self._requested.set()

    def wait(self, seconds: float) -> None:
        """Waits so many seconds, or until the server is told to stop."""
        self._requested.wait(seconds)

    async def hurry(self, limit: asyncio.Timeout) -> None:
        """Runs beside the items under way, and leaves them little time once the server is told to stop."""
        while not self.is_requested:
            await asyncio.sleep(LOOK_SECONDS)
        until = asyncio.get_running_loop().time() + UNDER_WAY_SECONDS
        if not limit.expired():
            limit.reschedule(min(until, limit.when() or until))

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """Makes the process wait for the block, which is a run or a removal by a person."""
        with self._changed:
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def wait_for_runs(self) -> None:
        """Waits until all runs and removals have ended, for GRACE_SECONDS at most."""
        with self._changed:
            self._changed.wait_for(lambda: self._running == 0, GRACE_SECONDS)


server_stop = ServerStop()


def stop_runs_on_sigterm() -> None:
    """Handles SIGTERM. Call it once, where the process starts; a server with its own handler calls it from there."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _on_sigterm)


def _on_sigterm(number: int, _frame: FrameType | None) -> None:
    server_stop.request()
    if signal.getsignal(number) is _on_sigterm:  # no other handler ends this process
        threading.Thread(target=_end_process, daemon=True).start()


def _end_process() -> None:
    server_stop.wait_for_runs()
    os._exit(EXIT_CODE)
