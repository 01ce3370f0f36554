"""A run that holds its lock: its fence, its progress, and its rules for stopping."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import Connection

from access.platforms.platform import Platform
from config.context import AppContext
from config.server_stop import server_stop
from jobs.models import StopCode
from jobs.request import JobKind, JobType, RunRequest
from jobs.run_records.ending import StopReason
from jobs.run_records.job_run_helper import STALE_AFTER_MINUTES, JobRunHelper
from jobs.runs.errors import JobLockLostError
from sql.database import transaction_on
from sql.deadline import Deadline

HEARTBEAT_SECONDS = 2.0
# No send starts later than this before the lock goes stale, so that none is under way then.
STALE_MARGIN_SECONDS = 60.0
# The wait at the start of a run for an unavailable database. Callers want an answer, but timers can wait.
CALLER_PATIENCE_SECONDS = 10.0
TIMER_PATIENCE_SECONDS = 120.0
# A waiting run finds out within this time that it must stop.
WAIT_STEP_SECONDS = 1.0
# The time after the budget of a run: first for items under way, then for the database.
PERFORM_TAIL_SECONDS = 20.0
DATABASE_TAIL_SECONDS = 30.0

COUNTERS = {
    JobKind.EXPIRY_NOTIFICATION: "sent",
    JobKind.REVOKE_EXPIRED: "revoked",
    JobKind.ACCESS_CHECK: "checked",
}

Result = TypeVar("Result")


@dataclass(frozen=True)
class RunTiming:
    """The time of a run, from the start of its invocation. `clock` counts seconds, and `sleep` passes them."""

    budget_seconds: float
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep


SERVER_STOPPED = StopReason(StopCode.SERVER_STOPPED)


class RunMustStopError(Exception):
    """Raised before an item's work begins if no more work may start. The item stays due, as do all later ones."""

    def __init__(self, stop: StopReason) -> None:
        super().__init__(stop.code)
        self.stop = stop


class TryLaterError(Exception):
    """Raised for an item that may be tried again later, and stays due until then.

    `not_before` is a moment of the run's clock. `stop` is the reason if the run ends earlier.
    """

    def __init__(self, not_before: float, stop: StopReason) -> None:
        super().__init__(stop.detail)
        self.not_before = not_before
        self.stop = stop


class HeldRun:
    """The state of one run, from its try for the lock on. Its flow, its recorder and its heartbeat share it.

    No work starts after `start_until`, when the budget ends. Work under way is cut off at `perform_until`. No try at
    the database starts after `database_until`.
    """

    def __init__(self, context: AppContext, request: RunRequest, timing: RunTiming | None = None) -> None:
        timing = timing or RunTiming(context.settings.job_budget_seconds)
        started_at = timing.clock()
        self.context = context
        self.request = request
        self.job_id = request.queued_job_id or str(uuid4())
        self.settings = context.settings
        self.telemetry = context.telemetry
        self.heartbeat_seconds = timing.heartbeat_seconds
        self.total_count: int | None = None
        self.processed_count = 0
        self.failed_count = 0
        self.slots: asyncio.Semaphore | None = None  # of the items under way, if the flow limits them
        self.clock = timing.clock
        self._sleep = timing.sleep
        self.patience = Deadline.after(
            CALLER_PATIENCE_SECONDS if request.has_waiting_caller else TIMER_PATIENCE_SECONDS
        )
        self.start_until = Deadline(started_at + timing.budget_seconds, timing.clock)
        self.perform_until = Deadline(self.start_until.ends_at + PERFORM_TAIL_SECONDS, timing.clock)
        self.database_until = Deadline(self.start_until.ends_at + DATABASE_TAIL_SECONDS, timing.clock)
        self._database = context.run_database
        self._renewed_at = started_at
        self._cancelled_by: str | None = None
        self._counting = threading.Lock()
        self._lost = threading.Event()
        self._when_lost: Callable[[], object] | None = None

    def __str__(self) -> str:
        return f"{self.job_type} run {self.job_id}"

    def log_context(self) -> dict[str, str]:
        return {"job_id": self.job_id, "job_type": str(self.job_type)}

    @property
    def job_type(self) -> JobType:
        return self.request.job_type

    @property
    def platform(self) -> Platform:
        return self.request.platform

    @property
    def has_work_left(self) -> bool:
        return self.processed_count + self.failed_count < (self.total_count or 0)

    def stop_reason(self) -> StopReason | None:
        """Returns the reason why no more work may start, or None. A mail server has no fence, so the time decides."""
        if server_stop.is_requested:
            return SERVER_STOPPED
        if self._lost.is_set():
            return StopReason(StopCode.LOCK_LOST)
        if self._cancelled_by is not None:
            return StopReason(StopCode.CANCELLED)
        stale_after_seconds = STALE_AFTER_MINUTES * 60 - STALE_MARGIN_SECONDS
        if self.clock() > self._renewed_at + stale_after_seconds:
            return StopReason(StopCode.LOCK_NOT_RENEWED, resume_after_seconds=0)
        if self.start_until.has_passed:
            return StopReason(StopCode.TIME_SPENT, resume_after_seconds=0)
        return None

    async def wait(self, seconds: float, or_stop: StopReason) -> None:
        """Waits before work that has not begun.

        Raises RunMustStopError as soon as the run must stop. If the wait is longer than the budget, raises it at once,
        with `or_stop`.
        """
        if seconds > self.start_until.seconds_left:
            raise RunMustStopError(or_stop)
        until = Deadline.after(seconds, self.clock)
        while not until.has_passed:
            await self._sleep(min(until.seconds_left, WAIT_STEP_SECONDS))
            if stop := self.stop_reason():
                raise RunMustStopError(stop)

    async def pause(self, seconds: float) -> bool:
        """Waits in the middle of an item's work, and lends its slot to other items meanwhile.

        Returns False as soon as the run must stop. Then no item starts, so that the slot is not needed back.
        """
        if self.slots:
            self.slots.release()
        until = Deadline.after(seconds, self.clock)
        while not until.has_passed:
            await self._sleep(min(until.seconds_left, WAIT_STEP_SECONDS))
            if self.stop_reason():
                return False
        if self.slots:
            await self.slots.acquire()
        return True

    def open_lock_connection(self) -> AbstractContextManager[Connection]:
        """Opens the connection for the lock. Raises DatabaseUnavailableError if the run's patience ends first."""
        return self._database.connect(self.patience)

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """Calls `work` with a connection for reading, and again while the database is unavailable.

        Raises DatabaseUnavailableError if the run's time is not long enough.
        """
        return self._database.run_read(work, self.database_until)

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Calls `work` behind the fence in a write transaction, and again while the database is unavailable.

        `work` must allow a repetition after a commit with an unknown outcome. Raises JobLockLostError, and
        DatabaseUnavailableError if the run's time is not long enough.
        """

        def write_behind_fence(connection: Connection) -> Result:
            self.fence(connection)
            return work(connection)

        return self._database.run_transaction(write_behind_fence, repeatable=True, deadline=self.database_until)

    def fence(self, connection: Connection) -> None:
        """Renews the lock first in every transaction that writes records, so that a takeover waits for the commit.

        Raises JobLockLostError if another run has taken over. Then the caller's transaction must roll back.
        """
        renewal = JobRunHelper.renew(connection, self.job_id)
        if renewal is None:
            self._mark_lost()
            raise self.lock_lost_error()
        self._cancelled_by = renewal.cancelled_by

    def report(self, connection: Connection, *, processed: int = 0, failed: int = 0) -> None:
        """Records the progress behind the fence, including the work of the caller's transaction."""
        JobRunHelper.report_progress(
            connection, self.job_id, self.total_count, self.processed_count + processed, self.failed_count + failed
        )

    def drop_no_longer_due(self, count: int) -> None:
        """Subtracts requests that are no longer due from the run's total. May be called on any thread."""
        with self._counting:
            if self.total_count is not None:
                self.total_count -= count

    def count(self, processed: int, failed: int) -> None:
        """Adds to the metrics of all runs. The counts of this run are in the database."""
        platform = {"platform": self.job_type.platform.key}
        self.telemetry.count(COUNTERS[self.job_type.kind], processed, platform)
        self.telemetry.count("failed", failed, {**platform, "job_type": str(self.job_type)})

    def heartbeat(self, connection: Connection) -> None:
        """Renews the lock in its own transaction. It counts as renewed at the moment before the call."""
        asked_at = self.clock()
        with transaction_on(connection):
            self.fence(connection)
        self.renewed(asked_at)

    def renewed(self, asked_at: float) -> None:
        """Notes that the database has confirmed the lock, after a call that began at that moment."""
        self._renewed_at = asked_at

    def lock_lost_error(self) -> JobLockLostError:
        return JobLockLostError(f"Run {self.job_id} lost its lock and stopped. The rest is still due.")

    def _mark_lost(self) -> None:
        self._lost.set()
        callback = self._when_lost
        if callback:
            callback()

    def when_lost(self, callback: Callable[[], object] | None) -> None:
        """Sets the callback for a lost lock, which runs on the thread that finds it lost. None removes it."""
        self._when_lost = callback
