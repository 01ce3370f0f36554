"""Previews a reminder run. Nothing is locked, sent or changed."""

from collections import Counter
from datetime import timedelta
from typing import Any

from access.platforms.platform import Platform
from config.context import AppContext
from config.settings import Settings
from jobs.models import ExpiryNotificationsPreview, PreviewedReminder, ReminderCount, SampleEmail, SendingDelay
from jobs.reminders.due import due_filters, find_due_notifications, find_due_requests, nothing_due
from jobs.reminders.due_notification import DueNotification
from jobs.reminders.mail.message import reminder_emails
from jobs.reminders.mail.quota import Wait, wait_of_last_mail
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
        count = mail_count = reminders.total()
        if context.settings.email_digest:
            clause = statement("count_due_people", connection, **platform.sql_names, **names)
            mail_count = connection.execute(clause, parameters).scalar_one()
        wait = wait_of_last_mail(connection, context.settings, mail_count)
    return ExpiryNotificationsPreview(
        message=would_do("send reminders for", count) or nothing_due(only_failed_of),
        count=count,
        reminders=[ReminderCount(reminder=reminder, count=number) for reminder, number in sorted(reminders.items())],
        ended_count=sum(row["ended"] for row in counts),
        run_max_items=context.settings.run_max_items,
        **by_resource(platform, counts),
        items=[PreviewedReminder.model_validate(_previewed(notification)) for notification in due],
        email_sender=context.settings.email_sender,
        delay=_delay(context, wait, has_follow_up=context.settings.has_queues and only_failed_of is None),
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


def _delay(context: AppContext, wait: Wait | None, *, has_follow_up: bool) -> SendingDelay | None:
    if wait is None:
        return None
    last_leaves_at = context.database.utc_now() + timedelta(seconds=wait.seconds) if has_follow_up else None
    return SendingDelay(count=wait.limit.count, minutes=wait.limit.minutes, last_leaves_at=last_leaves_at)


def _sample(due: list[DueNotification], platform: Platform, settings: Settings) -> SampleEmail | None:
    """Returns the first email that would leave. A digest shows only reminders that are in `due`."""
    emails = reminder_emails(due, platform, one_for_each_person=settings.email_digest)
    first = next((email for email in emails if email.to), None)
    if first is None:
        return None
    return SampleEmail.model_validate(MailTemplates(settings).compose(first), from_attributes=True)
