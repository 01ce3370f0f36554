"""Flow 1: remind everybody whose access expires within 30 days, at most twice."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from access.platforms import Platform
from config.context import AppContext
from config.settings import Settings
from jobs.models import ExpiryNotificationsResponse, FailedNotification, NotifiedRequest, SendPerformance, TriggerName
from jobs.reminders.due import (
    DueNotification,
    DueRequests,
    count_due_requests,
    find_due_notifications,
    find_due_requests,
    find_due_requests_by_person,
    nothing_due,
)
from jobs.reminders.mail.delivery import deliver_through
from jobs.reminders.mail.message import ReminderEmail, reminder_emails
from jobs.reminders.mail.sender import EmailSender
from jobs.reminders.mail.senders import open_email_sender
from jobs.reminders.mail.simulation import FailureSimulation
from jobs.runs.chains import FIRST_LINK, Link, chain_before, chain_of
from jobs.runs.engine import MAX_GROUP_SIZE, Failure, Recorded, Tally, work_through
from jobs.runs.errors import DoneBeforeError, ItemFailedError, NoLongerDueError
from jobs.runs.failures import RunFailure, record_failures
from jobs.runs.held_run import HeldRun, RunMustStopError, RunTiming, Stop, no_longer_due
from jobs.runs.job_types import JobKind, JobType
from jobs.runs.report import counted
from jobs.runs.runner import RunResult, run_job_in
from sql.database import Database
from sql.statements import statement

NO_SIMULATION = FailureSimulation()
NO_ADDRESS = "The request has no email address."
# For how long a mail is taken to be due still.
FRESH_SECONDS = 2.0
MAX_ITEMS_REACHED = Stop("a run takes on no more at once", resume_after_seconds=0)
SENT_NOT_RECORDED = (
    "The mail was sent, but the database refused to record it. The next run tries to record it, and does not send it."
)

OpenSender = Callable[[Settings, FailureSimulation], AbstractAsyncContextManager[EmailSender]]
Reminders = Tally[ReminderEmail]


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
    queued_job_id: str | None = None,
    link: Link = FIRST_LINK,
) -> ExpiryNotificationsResponse:
    """One run of the platform's notification job, or of what failed in the chain of an earlier one.

    Raises what `run_job` raises.

    A run of what failed, or with simulated failures, is not continued: that would do more than was asked for.
    """
    database = context.run_database
    is_whole = not (only_failed_of or simulation.is_on)

    def work(run: HeldRun) -> RunResult[ExpiryNotificationsResponse]:
        settings = context.settings
        due = _plan(run, database, platform, settings, only_failed_of, link)
        planned_count = run.total_count or 0

        async def remind_all() -> Reminders:
            async with open_sender(settings, simulation) as sender:
                delivery = deliver_through(WhileDue(sender, run, database), settings, run, database)
                flow = ReminderFlow(platform, database, delivery, due, one_mail_per_person=settings.email_digest)
                return await work_through(run, flow, database)

        tally = asyncio.run(remind_all()) if due.ids else Reminders()
        nothing_done = nothing_due(only_failed_of)
        return _result(run, tally, planned_count, is_whole=is_whole, nothing_done=nothing_done)

    return run_job_in(
        context,
        JobType(JobKind.EXPIRY_NOTIFICATION, platform),
        work,
        triggered_by=triggered_by,
        trigger=trigger,
        timing=timing,
        queued_job_id=queued_job_id,
        link=link,
    )


def _plan(
    run: HeldRun, database: Database, platform: Platform, settings: Settings, only_failed_of: str | None, link: Link
) -> DueRequests:
    """What this run takes on; its total counts also what it leaves.

    Whom its chain has reminded, or tried to, waits for the next schedule: nobody gets both reminders at once.
    """
    max_items = settings.run_max_items

    def read(connection: Connection) -> tuple[DueRequests, int]:
        only: dict[str, Any] = {
            "only_failed_in": only_failed_of and chain_of(connection, only_failed_of),
            "not_tried_in": chain_before(connection, link),
        }
        if settings.email_digest:
            due = find_due_requests_by_person(connection, platform, max_items, **only)
        else:
            due = DueRequests(find_due_requests(connection, platform, max_items, **only))
        if len(due.ids) < max_items:
            return due, len(due.ids)
        return due, count_due_requests(connection, platform, **only)

    due, run.total_count = database.run_read(read, run.database_until)
    return due


class WhileDue:
    """A sender that looks again what of a mail is due when it had to wait: for a slot, a limit, another try."""

    def __init__(self, sender: EmailSender, run: HeldRun, database: Database) -> None:
        self.max_concurrency = sender.max_concurrency
        self._sender = sender
        self._run = run
        self._database = database

    def send(self, email: ReminderEmail) -> Awaitable[None]:
        if self._run.clock() - email.due_at <= FRESH_SECONDS:
            return self._sender.send(email)
        return self._look_and_send(email)

    async def _look_and_send(self, email: ReminderEmail) -> None:
        looked_at = self._run.clock()
        ids = [each.request_id for each in email.reminders]
        look = partial(find_due_notifications, platform=email.platform, request_ids=ids)
        due = await asyncio.to_thread(self._database.run_read, look, self._run.database_until)
        if not due:
            raise NoLongerDueError(len(ids))
        self._run.leave_out(len(ids) - len(due))
        email.reminders, email.due_at = tuple(due), looked_at
        if stop := self._run.stop():  # by now: the database may have kept the look waiting
            raise RunMustStopError(stop)
        await self._sender.send(email)


class ReminderFlow:
    """Sends one email for each request or person; a reminder is on record only after its mail was accepted.

    One that an earlier run sent and could not record is only recorded.
    """

    not_recorded = SENT_NOT_RECORDED

    def __init__(
        self,
        platform: Platform,
        database: Database,
        sender: EmailSender,
        due: DueRequests,
        *,
        one_mail_per_person: bool = False,
    ) -> None:
        self.max_concurrency = sender.max_concurrency
        self._platform = platform
        self._database = database
        self._sender = sender
        self._groups = due.in_groups(min(sender.max_concurrency or MAX_GROUP_SIZE, MAX_GROUP_SIZE))
        self._one_mail_per_person = one_mail_per_person

    def next_group(self, run: HeldRun) -> Sequence[ReminderEmail]:
        """Who has been revoked, extended or reminded since the run was planned is left out, and out of its total."""
        for chosen in self._groups:
            due_at = run.clock()
            due = self._database.run_read(
                partial(find_due_notifications, platform=self._platform, request_ids=chosen),
                run.database_until,
            )
            run.leave_out(len(chosen) - len(due))
            if due:
                to_send = [each for each in due if not each.was_sent]
                to_record = [each for each in due if each.was_sent]
                return [
                    *reminder_emails(
                        to_send, self._platform, one_for_each_person=self._one_mail_per_person, due_at=due_at
                    ),
                    *reminder_emails(to_record, self._platform, one_for_each_person=False),
                ]
        return []

    def perform(self, item: ReminderEmail) -> Awaitable[None]:
        if item.reminders[0].was_sent:
            raise DoneBeforeError
        if not item.to:
            raise ItemFailedError(NO_ADDRESS)
        return self._sender.send(item)

    def parts(self, item: ReminderEmail) -> Sequence[ReminderEmail]:
        return [replace(item, reminders=(due,)) for due in item.reminders] if len(item.reminders) > 1 else [item]

    def record(
        self,
        connection: Connection,
        run: HeldRun,
        done: Sequence[ReminderEmail],
        failed: Sequence[Failure[ReminderEmail]],
    ) -> Recorded:
        reminders = [
            {"request_id": due.request_id, "reminder": due.reminder, "email": due.email} for due in _reminders(done)
        ]
        failures = [
            RunFailure(str(due.request_id), due.reminder, due.email, failure.reason, failure.was_performed)
            for failure in failed
            for due in failure.item.reminders
        ]
        if reminders:
            clause = statement("insert_notifications", connection, **self._platform.sql_names)
            connection.execute(clause, {"reminders": json.dumps(reminders), "job_id": run.job_id})
        if failures:
            record_failures(connection, run.job_id, failures)
        return Recorded(len(reminders), len(failures))


def _reminders(emails: Iterable[ReminderEmail]) -> list[DueNotification]:
    return [due for email in emails for due in email.reminders]


def _failures(failed: Iterable[Failure[ReminderEmail]]) -> list[tuple[DueNotification, str]]:
    """Each with the reason why its mail failed."""
    return [(due, failure.reason) for failure in failed for due in failure.item.reminders]


def _result(
    run: HeldRun, tally: Reminders, planned_count: int, *, is_whole: bool, nothing_done: str
) -> RunResult[ExpiryNotificationsResponse]:
    total_count = run.total_count or 0
    done, failed = _reminders(tally.done), _failures(tally.failed)
    left_due_count = total_count - len(done) - len(failed)
    undone, resume_after_seconds = no_longer_due(planned_count - total_count), None
    if left_due_count:
        stop = tally.stop or MAX_ITEMS_REACHED
        resume_after_seconds = stop.resume_after_seconds if is_whole else None
        undone = f"{undone} {counted(left_due_count, 'was', 'were')} left due: {stop.reason}.".strip()
    response = ExpiryNotificationsResponse(
        message=_message(len(done), len(failed), undone) or nothing_done,
        job_id=UUID(run.job_id),
        notified_count=len(done),
        failed_count=len(failed),
        left_due_count=left_due_count,
        notified=[NotifiedRequest(**_outcome(due)) for due in done],
        failed=[FailedNotification(**_outcome(due), error=reason) for due, reason in failed],
        performance=_performance(tally),
    )
    return RunResult(len(done), len(failed), _note(len(failed), undone), response, resume_after_seconds)


def _message(done_count: int, failed_count: int, undone: str) -> str:
    if not (done_count or failed_count or undone):
        return ""
    sent = counted(done_count, "expiry notification", "expiry notifications")
    return f"Sent {sent}, {failed_count} failed. {undone}".strip()


def _note(failed_count: int, undone: str) -> str | None:
    """Whose reminders failed, and why, stands in JobRunFailure alone."""
    failed = f"{failed_count} failed." if failed_count else ""
    return " ".join(sentence for sentence in (failed, undone) if sentence) or None


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
