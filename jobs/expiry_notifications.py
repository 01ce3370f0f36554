"""Flow 1: remind everybody whose access expires within 30 days, at most twice."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from access.platforms import Platform
from config.context import AppContext
from config.settings import Settings
from jobs.due_notifications import DueNotification, count_due_requests, find_due_notifications, find_due_requests
from jobs.errors import ItemFailedError
from jobs.failures import RunFailure, record_failures
from jobs.held_run import HeldRun, RunTiming, Stop
from jobs.job_types import JobKind, JobType
from jobs.mail.message import compose_reminder
from jobs.mail.sender import EmailSender
from jobs.mail.senders import open_email_sender
from jobs.mail.simulation import FailureSimulation
from jobs.models import ExpiryNotificationsResponse, FailedNotification, NotifiedRequest, SendPerformance, TriggerName
from jobs.runner import RunResult, run_job_in
from jobs.work_through import MAX_GROUP_SIZE, Failure, Recorded, Tally, work_through
from sql.database import Database
from sql.statements import statement

NO_SIMULATION = FailureSimulation()
NO_ADDRESS = "The request has no e-mail address."
MAX_ITEMS_REACHED = Stop("a run takes on no more at once", resume_after_seconds=0)
NOTHING_DUE = "No requests need a notification."

OpenSender = Callable[[Settings, FailureSimulation], AbstractAsyncContextManager[EmailSender]]
Reminders = Tally[DueNotification]


def run_expiry_notifications(
    context: AppContext,
    platform: Platform,
    *,
    triggered_by: str,
    trigger: TriggerName = "person",
    simulation: FailureSimulation = NO_SIMULATION,
    only_failed_of: str | None = None,
    open_sender: OpenSender = open_email_sender,
    timing: RunTiming | None = None,
) -> ExpiryNotificationsResponse:
    """One run of the platform's notification job, or of what failed in an earlier one. Raises what `run_job` raises."""
    database = context.run_database

    def work(run: HeldRun) -> RunResult[ExpiryNotificationsResponse]:
        request_ids = _plan(run, database, platform, context.settings.run_max_items, only_failed_of)

        async def remind_all() -> Reminders:
            async with open_sender(context.settings, simulation) as sender:
                return await work_through(run, ReminderFlow(platform, database, sender, request_ids), database)

        return _result(run, asyncio.run(remind_all()) if request_ids else Reminders())

    return run_job_in(
        context,
        JobType(JobKind.EXPIRY_NOTIFICATION, platform),
        work,
        triggered_by=triggered_by,
        trigger=trigger,
        timing=timing,
    )


def _plan(
    run: HeldRun, database: Database, platform: Platform, max_items: int, only_failed_of: str | None
) -> list[int | str]:
    """What this run takes on; its total counts also what it leaves."""

    def read(connection: Connection) -> tuple[list[int | str], int]:
        found = find_due_requests(connection, platform, max_items, only_failed_of=only_failed_of)
        if len(found) < max_items:
            return found, len(found)
        return found, count_due_requests(connection, platform, only_failed_of=only_failed_of)

    request_ids, run.total_count = database.run_read(read, run.database_until)
    return request_ids


class ReminderFlow:
    """Sends one e-mail for each request; a reminder is on record only after its mail was accepted."""

    has_effect = True

    def __init__(
        self, platform: Platform, database: Database, sender: EmailSender, request_ids: list[int | str]
    ) -> None:
        self.max_concurrency = sender.max_concurrency
        self._platform = platform
        self._database = database
        self._sender = sender
        self._request_ids = request_ids
        self._group_size = min(sender.max_concurrency or MAX_GROUP_SIZE, MAX_GROUP_SIZE)
        self._planned = 0

    def next_group(self, run: HeldRun) -> Sequence[DueNotification]:
        """Who has been revoked, extended or reminded since the run was planned is left out, and out of its total."""
        while self._planned < len(self._request_ids):
            chosen = self._request_ids[self._planned : self._planned + self._group_size]
            self._planned += len(chosen)
            due = self._database.run_read(
                partial(find_due_notifications, platform=self._platform, request_ids=chosen),
                run.database_until,
            )
            run.total_count = (run.total_count or 0) - (len(chosen) - len(due))
            if due:
                return due
        return []

    def perform(self, item: DueNotification) -> Awaitable[None]:
        if not item.email:
            raise ItemFailedError(NO_ADDRESS)
        return self._sender.send(compose_reminder(item, item.email, self._platform))

    def record(
        self,
        connection: Connection,
        run: HeldRun,
        done: Sequence[DueNotification],
        failed: Sequence[Failure[DueNotification]],
    ) -> Recorded:
        if done:
            reminders = [{"request_id": due.request_id, "reminder": due.reminder, "email": due.email} for due in done]
            clause = statement("insert_notifications", connection, **self._platform.sql_names)
            connection.execute(clause, {"reminders": json.dumps(reminders), "job_id": run.job_id})
        if failed:
            failures = [
                RunFailure(str(failure.item.request_id), failure.item.reminder, failure.item.email, failure.reason)
                for failure in failed
            ]
            record_failures(connection, run.job_id, failures)
        return Recorded(len(done), len(failed))


def _result(run: HeldRun, tally: Reminders) -> RunResult[ExpiryNotificationsResponse]:
    left_due_count = (run.total_count or 0) - len(tally.done) - len(tally.failed)
    left_due = ""
    if left_due_count:
        stop = tally.stop or MAX_ITEMS_REACHED
        left_due = f"{left_due_count} were left due: {stop.reason}."
    response = ExpiryNotificationsResponse(
        message=_message(tally, left_due),
        job_id=UUID(run.job_id),
        notified_count=len(tally.done),
        failed_count=len(tally.failed),
        left_due_count=left_due_count,
        notified=[NotifiedRequest(**_outcome(due)) for due in tally.done],
        failed=[FailedNotification(**_outcome(failure.item), error=failure.reason) for failure in tally.failed],
        performance=_performance(tally),
    )
    return RunResult(len(tally.done), len(tally.failed), _note(tally, left_due), response)


def _message(tally: Reminders, left_due: str) -> str:
    if not (tally.done or tally.failed or left_due):
        return NOTHING_DUE
    return f"Sent {len(tally.done)} expiry notifications, {len(tally.failed)} failed. {left_due}".strip()


def _note(tally: Reminders, left_due: str) -> str | None:
    """Whose reminders failed, and why, stands in JobRunFailure alone."""
    failed = f"{len(tally.failed)} failed." if tally.failed else ""
    return " ".join(sentence for sentence in (failed, left_due) if sentence) or None


def _performance(tally: Reminders) -> SendPerformance:
    sent = len(tally.done) + len(tally.failed)
    return SendPerformance(
        send_count=sent,
        elapsed_seconds=round(tally.elapsed_seconds, 3),
        sequential_seconds=round(tally.perform_seconds, 3),
        speed_up=round(tally.perform_seconds / tally.elapsed_seconds, 1) if sent else 1.0,
    )


def _outcome(due: DueNotification) -> dict[str, object]:
    return {
        "request_id": due.request_id,
        "email": due.email,
        "reminder": due.reminder,
        "days_left": due.days_left,
    }
