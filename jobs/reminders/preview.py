"""Previews a reminder run. Nothing is locked, sent or changed."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from access.platforms.platform import Platform
from config.context import AppContext
from config.settings import Settings
from jobs.models import ExpiryNotificationsPreview, PreviewedReminder, ReminderCount, SampleEmail, SendingDelay
from jobs.reminders.due import due_filters, find_due_notifications, find_due_requests, nothing_due
from jobs.reminders.due_notification import DueNotification
from jobs.reminders.mail.message import reminder_emails
from jobs.reminders.mail.quota import limits_of, read_ages_of_tries
from jobs.reminders.mail.templates import MailTemplates
from jobs.run_records.chains import chain_of
from jobs.runs.preview import MAX_ITEMS, by_resource
from jobs.runs.report import would_do
from sql.statements import statement


def preview_expiry_notifications(
    context: AppContext, platform: Platform, *, only_failed_of: str | None = None
) -> ExpiryNotificationsPreview:
    """Returns the reminders that a run would send. `only_failed_of` is the run whose failures it would retry."""
    with context.database.read() as connection:
        only_failed_in = chain_of(connection, only_failed_of) if only_failed_of else None
        names, parameters = due_filters(only_failed_in)
        clause = statement("count_due_by_resource", connection, **platform.sql_names, **names)
        counts = connection.execute(clause, parameters).mappings().all()
        first_ids = find_due_requests(connection, platform, MAX_ITEMS, only_failed_in=only_failed_in)
        due = find_due_notifications(connection, platform, first_ids)
    reminders = Counter[Any]()
    for row in counts:
        reminders[row["due_reminder"]] += row["requests"]
    count = reminders.total()
    return ExpiryNotificationsPreview(
        message=would_do("send reminders for", count) or nothing_due(only_failed_of),
        count=count,
        reminders=[ReminderCount(reminder=reminder, count=number) for reminder, number in sorted(reminders.items())],
        ended_count=sum(row["ended"] for row in counts),
        run_max_items=context.settings.run_max_items,
        **by_resource(platform, counts),
        items=[PreviewedReminder.model_validate(_previewed(notification)) for notification in due],
        email_sender=context.settings.email_sender,
        delay=_delay(context, platform, count, only_failed_in),
        sample_email=_sample(due, platform, context.settings),
    )


def _previewed(due: DueNotification) -> dict[str, object]:
    return {
        "request_id": due.request_id,
        "email": due.email,
        "resource": due.resource,
        "expires_on": due.expires_on,
        "reminder": due.reminder,
        "days_left": due.days_left,
    }


def _delay(
    context: AppContext, platform: Platform, reminder_count: int, only_failed_in: list[str] | None
) -> SendingDelay | None:
    """Returns the delay of the last email by the limits. Other runs' unrecorded emails do not count."""
    settings, limits = context.settings, limits_of(context.settings)
    if not limits or not reminder_count:
        return None
    one_mail_per_person = settings.email_digest
    with context.database.read() as connection:
        ages = read_ages_of_tries(connection, limits, one_mail_per_person=one_mail_per_person)
        mail_count = _count_people(connection, platform, only_failed_in) if one_mail_per_person else reminder_count
    tried_at = sorted(-age for age in ages)
    delays = [(limit.seconds_until_last(mail_count, tried_at, now=0.0), limit) for limit in limits]
    seconds, limit = max(delays, key=lambda delay: delay[0])
    if not seconds:
        return None
    has_follow_up = settings.has_queues and only_failed_in is None
    last_leaves_at = context.database.utc_now() + timedelta(seconds=seconds) if has_follow_up else None
    return SendingDelay(count=limit.count, minutes=limit.minutes, last_leaves_at=last_leaves_at)


def _count_people(connection: Connection, platform: Platform, only_failed_in: list[str] | None) -> int:
    names, parameters = due_filters(only_failed_in)
    clause = statement("count_due_people", connection, **platform.sql_names, **names)
    return int(connection.execute(clause, parameters).scalar_one())


def _sample(due: list[DueNotification], platform: Platform, settings: Settings) -> SampleEmail | None:
    """Returns the first email that would leave. A digest shows only reminders that are in `due`."""
    emails = reminder_emails(due, platform, one_for_each_person=settings.email_digest)
    first = next((email for email in emails if email.to), None)
    if first is None:
        return None
    return SampleEmail.model_validate(MailTemplates(settings).compose(first), from_attributes=True)
