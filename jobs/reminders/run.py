"""Flow 1: reminds people whose access expires within 30 days, at most twice."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from api.request_log import keep_out_of_log
from config.context import AppContext
from config.settings import Settings
from jobs.models import ExpiryNotificationsResponse, FailedNotification, NotifiedRequest, SendPerformance
from jobs.reminders.due import (
    DueRequests,
    count_due_requests,
    find_due_notifications,
    find_due_requests,
    find_due_requests_by_person,
    nothing_due,
)
from jobs.reminders.due_notification import DueNotification
from jobs.reminders.mail.delivery import deliver_through
from jobs.reminders.mail.message import ReminderEmail, ascii_domain, reminder_emails
from jobs.reminders.mail.sender import EmailSender
from jobs.reminders.mail.senders import open_email_sender
from jobs.reminders.mail.waiting_mails import WaitingMails
from jobs.reminders.still_due_sender import StillDueSender
from jobs.request import FailureSimulation, RunRequest
from jobs.run_records.chains import chain_before, chain_of
from jobs.run_records.ending import MAX_ITEMS_REACHED, RunEnd
from jobs.run_records.failures import FailureRecord, record_failures
from jobs.runs.engine import MAX_GROUP_SIZE, Recorded, run_flow
from jobs.runs.errors import DoneBeforeError, ItemFailedError
from jobs.runs.held_run import HeldRun, RunTiming
from jobs.runs.outcomes import FailedItem, Tally
from jobs.runs.report import message_of_end
from jobs.runs.runner import RunResult, run_job
from sql.statements import statement

NO_ADDRESS = "The request has no email address."
SENT_NOT_RECORDED = (
    "The mail was sent, but the database refused to record it. The next run tries to record it, and does not send it."
)

OpenSender = Callable[[Settings, FailureSimulation], AbstractAsyncContextManager[EmailSender]]
Reminders = Tally[ReminderEmail]


def run_expiry_notifications(
    context: AppContext,
    request: RunRequest,
    *,
    open_sender: OpenSender = open_email_sender,
    timing: RunTiming | None = None,
) -> ExpiryNotificationsResponse:
    """Runs the platform's notification job once, for all that is due or only for failures of an earlier chain.

    Raises the errors of `run_job`.
    """

    def work(run: HeldRun) -> RunResult[ExpiryNotificationsResponse]:
        waiting = WaitingMails(run)
        due = _plan(run, waiting)
        planned_count = run.total_count or 0

        async def remind_all() -> Reminders:
            async with open_sender(run.settings, request.simulation) as sender:
                delivery = deliver_through(StillDueSender(sender, run), run, waiting)
                return await run_flow(run, ReminderFlow(run, delivery, due))

        tally = asyncio.run(remind_all()) if due.ids else Reminders()
        return _result(run, tally, waiting, planned_count)

    return run_job(context, request, work, timing)


def _plan(run: HeldRun, waiting: WaitingMails) -> DueRequests:
    """Returns the requests that this run takes on. The run's total also counts those that it leaves.

    A request that its chain has tried waits for the next scheduled run, so that a person never gets both reminders
    at once. Requests whose mails wait come last, so that they keep no others from their turn.
    """
    max_items, only_failed_of = run.settings.run_max_items, run.request.only_failed_of

    def read(connection: Connection) -> tuple[DueRequests, int]:
        only: dict[str, Any] = {
            "only_failed_in": only_failed_of and chain_of(connection, only_failed_of),
            "not_tried_in": chain_before(connection, run.request.link),
        }
        limit = max_items + len(waiting)
        if run.settings.email_digest:
            due = find_due_requests_by_person(connection, run.platform, limit, **only)
        else:
            due = DueRequests(find_due_requests(connection, run.platform, limit, **only))
        if waiting:
            due = due.at_most(max_items, last=waiting.includes)
        if len(due.ids) < max_items:
            return due, len(due.ids)
        return due, count_due_requests(connection, run.platform, **only)

    due, run.total_count = run.read(read)
    return due


class ReminderFlow:
    """Sends one email for each request or person. It records a reminder only after its mail was accepted.

    If an earlier run sent a reminder but could not record it, this run only records it.
    """

    not_recorded = SENT_NOT_RECORDED

    def __init__(self, run: HeldRun, sender: EmailSender, due: DueRequests) -> None:
        self.max_concurrency = sender.places.most if sender.places else None
        self._run = run
        self._sender = sender
        self._groups = due.in_groups(min(self.max_concurrency or MAX_GROUP_SIZE, MAX_GROUP_SIZE))

    def next_group(self) -> Sequence[ReminderEmail]:
        """Leaves out requests revoked, extended or reminded since the run's plan, also from the run's total."""
        platform = self._run.platform
        for chosen in self._groups:
            due_at = self._run.clock()
            due = self._run.read(partial(find_due_notifications, platform=platform, request_ids=chosen))
            self._run.drop_no_longer_due(len(chosen) - len(due))
            if due:
                to_send = [each for each in due if not each.was_sent]
                to_record = [each for each in due if each.was_sent]
                by_person = self._run.settings.email_digest
                return [
                    *reminder_emails(to_send, platform, one_for_each_person=by_person, due_at=due_at),
                    *reminder_emails(to_record, platform, one_for_each_person=False),
                ]
        return []

    def perform(self, item: ReminderEmail) -> Awaitable[None]:
        keep_out_of_log(item.to)
        if item.reminders[0].was_sent:
            raise DoneBeforeError
        if not item.to:
            raise ItemFailedError(NO_ADDRESS)
        ascii_domain(item.to)  # raises before a limit counts the try
        return self._sender.send(item)

    def parts(self, item: ReminderEmail) -> Sequence[ReminderEmail]:
        return [replace(item, reminders=(due,)) for due in item.reminders] if len(item.reminders) > 1 else [item]

    def record(
        self, connection: Connection, done: Sequence[ReminderEmail], failed: Sequence[FailedItem[ReminderEmail]]
    ) -> Recorded:
        reminders = [
            {"request_id": due.request_id, "reminder": due.reminder, "email": due.email} for due in _reminders(done)
        ]
        failures = [
            FailureRecord(str(due.request_id), due.reminder, due.email, failure.reason, failure.was_performed)
            for failure in failed
            for due in failure.item.reminders
        ]
        if reminders:
            keep_out_of_log(*(email.to for email in done))
            clause = statement("insert_notifications", connection, **self._run.platform.sql_names)
            connection.execute(clause, {"reminders": json.dumps(reminders), "job_id": self._run.job_id})
        if failures:
            record_failures(connection, self._run.job_id, failures)
        return Recorded(len(reminders), len(failures))


def _reminders(emails: Iterable[ReminderEmail]) -> list[DueNotification]:
    return [due for email in emails for due in email.reminders]


def _failures(failed: Iterable[FailedItem[ReminderEmail]]) -> list[tuple[DueNotification, str]]:
    """Returns the failed reminders, each with the reason for its mail."""
    return [(due, failure.reason) for failure in failed for due in failure.item.reminders]


def _result(
    run: HeldRun, tally: Reminders, waiting: WaitingMails, planned_count: int
) -> RunResult[ExpiryNotificationsResponse]:
    total_count = run.total_count or 0
    done, failed = _reminders(tally.done), _failures(tally.failed)
    left_count = total_count - len(done) - len(failed)
    only_waiting_left = left_count <= len(waiting)
    end = RunEnd(
        processed_count=len(done),
        failed_count=len(failed),
        left_count=left_count,
        no_longer_due_count=planned_count - total_count,
        stop=tally.stop or (tally.waiting_stop if only_waiting_left else None) or MAX_ITEMS_REACHED,
        waiting_mails=waiting.to_text(),
    )
    response = ExpiryNotificationsResponse(
        message=message_of_end(run.job_type.kind, end, nothing_due(run.request.only_failed_of)),
        job_id=UUID(run.job_id),
        notified_count=end.processed_count,
        failed_count=end.failed_count,
        left_due_count=end.left_count,
        notified=[NotifiedRequest(**_reminder_fields(due)) for due in done],
        failed=[FailedNotification(**_reminder_fields(due), error=reason) for due, reason in failed],
        performance=_performance(tally),
    )
    return RunResult(end, response)


def _performance(tally: Reminders) -> SendPerformance:
    sent = len(tally.done) + len(tally.failed)
    return SendPerformance(
        send_count=sent,
        elapsed_seconds=round(tally.elapsed_seconds, 3),
        sequential_seconds=round(tally.perform_seconds, 3),
        speed_up=round(tally.perform_seconds / tally.elapsed_seconds, 1) if sent else 1.0,
    )


def _reminder_fields(due: DueNotification) -> dict[str, object]:
    return {
        "request_id": due.request_id,
        "email": due.email,
        "reminder": due.reminder,
        "days_left": due.days_left,
    }
