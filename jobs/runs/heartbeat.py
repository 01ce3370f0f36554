"""Heartbeat: the thread that keeps a run's lock alive."""

import logging
import threading
from contextvars import copy_context
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from jobs.runs.errors import JobLockLostError
from jobs.runs.held_run import HeldRun

logger = logging.getLogger(__name__)


class Heartbeat:
    """Renews the lock every few seconds on a thread of its own, which no blocked event loop can starve.

    The thread is the only user of the lock connection while the block runs. It ends only with the block, the lock or
    the run's time. After any other error, the next beat may succeed.
    """

    def __init__(self, run: HeldRun, lock_connection: Connection) -> None:
        self._run = run
        self._connection = lock_connection
        self._interval_seconds = run.heartbeat_seconds
        self._ended = threading.Event()
        # In the context of the run, so that its statements belong to the run's span.
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._beat,), name=f"heartbeat {run.job_type}", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(self._interval_seconds) and not self._run.database_until.has_passed:
            try:
                self._run.heartbeat(self._connection)
            except JobLockLostError:
                logger.warning("%s lost its lock", self._run, extra=self._run.log_context())
                return
            except Exception:
                logger.warning("A heartbeat of %s failed", self._run, exc_info=True, extra=self._run.log_context())
