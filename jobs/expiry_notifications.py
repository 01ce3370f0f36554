"""Flow 1: remind everybody whose access expires within 30 days, at most twice."""

import asyncio
import time
from typing import Any
from uuid import UUID

from access.platforms import Platform
from config.context import AppContext
from jobs.errors import JobLockLostError
from jobs.held_run import HeldRun
from jobs.job_types import JobKind, JobType
from jobs.mail.message import DueNotification, compose_reminder
from jobs.mail.sender import EmailSender
from jobs.mail.senders import open_email_sender
from jobs.mail.simulation import FailureSimulation
from jobs.models import ExpiryNotificationsResponse, FailedNotification, NotifiedRequest, SendPerformance
from jobs.notification_recorder import NotificationRecorder
from jobs.runner import JobResult, describe_error, run_job_in
from sql.database import Database
from sql.statements import statement

NO_SIMULATION = FailureSimulation()
# How many failed addresses the run's own record names; the rest are in the log and still due.
MAX_FAILURES_NOTED = 20


def run_expiry_notifications(
    context: AppContext, platform: Platform, *, triggered_by: str, simulation: FailureSimulation = NO_SIMULATION
) -> ExpiryNotificationsResponse:
    """One run of the platform's notification job. Raises what `run_job` raises."""
    settings = context.settings

    def work(job: HeldRun) -> JobResult[ExpiryNotificationsResponse]:
        due = find_due_notifications(context.database, platform)
        job.total_count = len(due)

        async def send_all() -> ReminderSending:
            async with open_email_sender(settings, simulation) as sender:
                sending = ReminderSending(job, context.database, platform, sender)
                await sending.send_all(due)
            return sending

        return asyncio.run(send_all()).result()

    return run_job_in(context, JobType(JobKind.EXPIRY_NOTIFICATION, platform), work, triggered_by=triggered_by)


def find_due_notifications(database: Database, platform: Platform) -> list[DueNotification]:
    """Every reminder that is due now, the soonest expiry first."""
    with database.read() as connection:
        clause = statement("find_due_notifications", connection, **platform.sql_names, filters="")
        return [DueNotification.from_row(row, platform) for row in connection.execute(clause).mappings()]


class ReminderSending:
    """Sends in parallel; each send is guarded on its own, and recorded only after it succeeded."""

    def __init__(self, job: HeldRun, database: Database, platform: Platform, sender: EmailSender) -> None:
        self._job = job
        self._platform = platform
        self._sender = sender
        self._recorder = NotificationRecorder(database, platform, job)
        self._slots = asyncio.Semaphore(sender.max_concurrency) if sender.max_concurrency else None
        self._notified: list[NotifiedRequest] = []
        self._failed: list[FailedNotification] = []
        self._left_due_because: list[str] = []
        self._send_seconds: list[float] = []
        self._elapsed_seconds = 0.0

    async def send_all(self, due: list[DueNotification]) -> None:
        """Raises JobLockLostError when another run takes over; sends under way are then cancelled."""
        started = time.monotonic()
        loop = asyncio.get_running_loop()
        tasks = [asyncio.create_task(self._remind(notification)) for notification in due]

        def cancel_all() -> None:
            for task in tasks:
                task.cancel()

        self._job.when_lost(lambda: loop.call_soon_threadsafe(cancel_all))
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            self._job.when_lost(None)
        if self._job.lock_lost:
            raise self._job.lock_lost_error()
        self._elapsed_seconds = time.monotonic() - started

    async def _remind(self, notification: DueNotification) -> None:
        try:
            if not await self._send(notification):
                return
        except Exception as error:
            self._fail(notification, describe_error(error))
            return
        try:
            await self._recorder.record(notification)
        except JobLockLostError:
            raise
        except Exception as error:
            self._fail(notification, f"The mail was sent but could not be recorded: {describe_error(error)}")
            return
        self._notified.append(NotifiedRequest.model_validate(_outcome(notification)))

    def _fail(self, notification: DueNotification, error: str) -> None:
        self._job.failed_count += 1
        self._failed.append(FailedNotification.model_validate({**_outcome(notification), "error": error}))

    async def _send(self, notification: DueNotification) -> bool:
        """False when no send may start any more: the reminder stays due."""
        if self._slots is None:
            return await self._send_now(notification)
        async with self._slots:
            return await self._send_now(notification)

    async def _send_now(self, notification: DueNotification) -> bool:
        reason = self._job.stop_reason()
        if reason:
            self._left_due_because.append(reason)
            return False
        started = time.monotonic()
        try:
            await self._sender.send(compose_reminder(notification, self._platform))
        finally:
            self._send_seconds.append(time.monotonic() - started)
        return True

    def result(self) -> JobResult[ExpiryNotificationsResponse]:
        sequential_seconds = sum(self._send_seconds)
        response = ExpiryNotificationsResponse(
            message=self._message(),
            job_id=UUID(self._job.job_id),
            notified_count=len(self._notified),
            failed_count=len(self._failed),
            left_due_count=len(self._left_due_because),
            notified=self._notified,
            failed=self._failed,
            performance=SendPerformance(
                send_count=len(self._send_seconds),
                elapsed_seconds=round(self._elapsed_seconds, 3),
                sequential_seconds=round(sequential_seconds, 3),
                speed_up=round(sequential_seconds / self._elapsed_seconds, 1) if self._send_seconds else 1.0,
            ),
        )
        return JobResult(len(self._notified), len(self._failed), self._note(), response)

    def _message(self) -> str:
        if not (self._notified or self._failed or self._left_due_because):
            return "No requests need a notification."
        message = f"Sent {len(self._notified)} expiry notifications, {len(self._failed)} failed."
        return f"{message} {self._left_due_sentence()}".strip()

    def _left_due_sentence(self) -> str:
        if not self._left_due_because:
            return ""
        return f"{len(self._left_due_because)} were left due: {self._left_due_because[0]}."

    def _note(self) -> str | None:
        """What must outlive the HTTP answer: who failed and why, and what is left."""
        failures = [f"{failed.email}: {failed.error}" for failed in self._failed[:MAX_FAILURES_NOTED]]
        if len(self._failed) > MAX_FAILURES_NOTED:
            failures.append(f"and {len(self._failed) - MAX_FAILURES_NOTED} more")
        sentences = [f"{len(self._failed)} failed ({'; '.join(failures)})."] if failures else []
        return " ".join([*sentences, self._left_due_sentence()]).strip() or None


def _outcome(notification: DueNotification) -> dict[str, Any]:
    return {
        "request_id": notification.request_id,
        "email": notification.email,
        "reminder": notification.reminder,
        "days_left": notification.days_left,
    }
