"""Runs that a test steers: a sender of its own, a clock of its own, a takeover at the moment it likes."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from access.platforms import Platform
from config.context import AppContext
from config.settings import Settings, read_settings
from jobs.job_types import JobType
from jobs.models import ExpiryNotificationsResponse
from jobs.queue_handlers import continue_run
from jobs.reminders.due import find_due_notifications, find_due_requests
from jobs.reminders.due_notification import DueNotification
from jobs.reminders.mail.message import ReminderEmail
from jobs.reminders.mail.places import Places
from jobs.reminders.run import run_expiry_notifications
from jobs.request import FailureSimulation, RunRequest
from jobs.run_records.cancellation import request_cancel
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.runs.held_run import HeldRun, RunTiming
from jobs.runs.messages import CONTINUATIONS
from sql.database import Database
from tests.jobs.run_requests import reminder_run
from tests.queues import take_all
from tests.rows import age_heartbeat

BUDGET_SECONDS = 540.0
STALE_MINUTES = 11


class SteeredClock:
    """A monotonic clock that a test sets forward."""

    def __init__(self) -> None:
        self.ahead_seconds = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_seconds


class SteeredSender:
    """Does `act` for each mail; remembers which sends were started and which were finished."""

    def __init__(self, act: Callable[[ReminderEmail], Awaitable[None]], max_concurrency: int | None = None) -> None:
        self.places = Places(max_concurrency) if max_concurrency else None
        self.started: list[str] = []
        self.finished: list[str] = []
        self._act = act

    async def send(self, email: ReminderEmail) -> None:
        self.started.append(email.to)
        await self._act(email)
        self.finished.append(email.to)


def send_reminders(
    database: Database,
    platform: Platform,
    sender: SteeredSender,
    *,
    budget_seconds: float = BUDGET_SECONDS,
    heartbeat_seconds: float = 0.05,
    clock: Callable[[], float] = time.monotonic,
    **settings: Any,
) -> ExpiryNotificationsResponse:
    """One run of the notification job with the test's own sender, heartbeat and clock."""

    @asynccontextmanager
    async def open_sender(_settings: Settings, _simulation: FailureSimulation) -> AsyncIterator[SteeredSender]:
        yield sender

    return run_expiry_notifications(
        AppContext(read_settings(**settings), database, database),
        reminder_run(platform),
        open_sender=open_sender,
        timing=RunTiming(budget_seconds, heartbeat_seconds, clock),
    )


def due_now(database: Database, platform: Platform) -> list[DueNotification]:
    """Every reminder that is due, the soonest expiry first."""
    with database.read() as connection:
        return find_due_notifications(connection, platform, find_due_requests(connection, platform, 100_000))


def acquire(database: Database, job_type: JobType, job_id: str | None = None) -> str | None:
    """The id of the run that now holds the lock, or None when another does."""
    job_id = job_id or str(uuid4())
    with database.connect() as connection:
        return (
            job_id if JobRunHelper.try_acquire_lock(connection, job_id, str(job_type), "test server", "test") else None
        )


def acquired(database: Database, job_type: JobType) -> str:
    job_id = acquire(database, job_type)
    assert job_id is not None
    return job_id


def held_run(
    database: Database, job_type: JobType, *, timing: RunTiming | None = None, settings: Settings | None = None
) -> HeldRun:
    """A run that has just taken its lock, without a heartbeat thread."""
    context = AppContext(settings or read_settings(), database, database)
    run = HeldRun(context, RunRequest(job_type, "test"), timing or RunTiming(BUDGET_SECONDS))
    assert acquire(database, job_type, run.job_id)
    return run


def holder_of(database: Database, job_type: JobType) -> str | None:
    with database.connect() as connection:
        run = JobRunHelper.get_active_job_info(connection, str(job_type))
    return run.job_id if run else None


def last_run(database: Database, job_type: JobType) -> JobRun:
    """The newest run that has ended."""
    with database.connect() as connection:
        run = JobRunHelper.get_last_run(connection, str(job_type))
    assert run
    return run


def cancel_active(database: Database, job_type: JobType) -> None:
    """Somebody asks the run that is at work to stop."""
    job_id = holder_of(database, job_type)
    assert job_id
    with database.connect() as connection:
        request_cancel(connection, job_id, "Anna")


def take_over(database: Database, job_type: JobType) -> str:
    """Lets the holder's heartbeat age and takes its lock, however often it beats meanwhile."""
    while True:
        holder = holder_of(database, job_type)
        if holder:
            age_heartbeat(database, holder, minutes=STALE_MINUTES)
        taken = acquire(database, job_type)
        if taken:
            return taken


def sent(context: AppContext) -> list[str]:
    """The messages that are visible now, which are gone then."""
    assert context.settings.storage_connection_string
    return take_all(context.settings.storage_connection_string.get_secret_value(), CONTINUATIONS)


def run_all(context: AppContext, timing: RunTiming | None = None) -> int:
    """Handles message after message until there is none; how many there were."""
    for count in range(100):
        messages = sent(context)
        if not messages:
            return count
        for text in messages:
            continue_run(context, text.encode(), is_redelivered=False, timing=timing)
    raise AssertionError("The chain does not end.")
