"""What a run would do now: nothing is locked, sent or changed."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from access.connectors.choice import takes_access_away
from access.list_query import RequestListQuery
from access.models import StoredRequest
from access.platforms import Platform
from access.repository import AccessRequestRepository
from config.context import AppContext
from config.settings import Settings
from jobs.models import (
    ExpiryNotificationsPreview,
    PreviewedReminder,
    PreviewedRevocation,
    ReminderCount,
    ResourceCount,
    RevokeExpiredPreview,
    SampleEmail,
    SendingDelay,
)
from jobs.reminders.due import DueNotification, due_filters, find_due_notifications, find_due_requests, nothing_due
from jobs.reminders.mail.message import reminder_emails
from jobs.reminders.mail.quota import limits_of, read_ages_of_tries
from jobs.reminders.mail.templates import MailTemplates
from jobs.runs.chains import chain_of
from jobs.runs.report import counted
from sql.statements import statement

# Whoever wants to see more reads the list of what is pending.
MAX_ITEMS = 500
MAX_RESOURCES = 50


def preview_expiry_notifications(
    context: AppContext, platform: Platform, *, only_failed_of: str | None = None
) -> ExpiryNotificationsPreview:
    with context.database.read() as connection:
        only_failed_in = chain_of(connection, only_failed_of) if only_failed_of else None
        names, parameters = due_filters(only_failed_in)
        counts = _rows(connection, "count_due_by_resource", {**platform.sql_names, **names}, parameters)
        first_ids = find_due_requests(connection, platform, MAX_ITEMS, only_failed_in=only_failed_in)
        due = find_due_notifications(connection, platform, first_ids)
    reminders = Counter[Any]()
    for row in counts:
        reminders[row["due_reminder"]] += row["requests"]
    count = reminders.total()
    return ExpiryNotificationsPreview(
        message=_message("remind of", count) or nothing_due(only_failed_of),
        count=count,
        reminders=[ReminderCount(reminder=reminder, count=number) for reminder, number in sorted(reminders.items())],
        ended_count=sum(row["ended"] for row in counts),
        run_max_items=context.settings.run_max_items,
        **_by_resource(platform, counts),
        items=[PreviewedReminder.model_validate(_previewed(notification)) for notification in due],
        email_sender=context.settings.email_sender,
        delay=_delay(context, platform, count, only_failed_in),
        sample_email=_sample(due, platform, context.settings),
    )


def preview_revoke_expired(context: AppContext, platform: Platform) -> RevokeExpiredPreview:
    first = AccessRequestRepository(platform, context).list_pending_expiry(RequestListQuery(limit=MAX_ITEMS)).items
    with context.database.read() as connection:
        counts = _rows(connection, "count_expired_by_resource", platform.sql_names, {})
    count = sum(row["requests"] for row in counts)
    takes_away = takes_access_away(context.settings, platform)
    items = [_previewed_revocation(platform, request) for request in first]
    if takes_away:
        from jobs.revocations.current_grants import with_what_is_held  # only where a connector is on

        items = with_what_is_held(context, platform, first, items)
    return RevokeExpiredPreview(
        message=_message("revoke", count) or "No expired requests found to revoke.",
        count=count,
        takes_access_away=takes_away,
        **_by_resource(platform, counts),
        items=items,
    )


def _message(verb: str, count: int) -> str:
    return f"A run would {verb} {counted(count, 'request', 'requests')}." if count else ""


def _previewed_revocation(platform: Platform, request: StoredRequest) -> PreviewedRevocation:
    fields = {
        "request_id": request.id,
        "email": request.requested_by_email,
        "resource": platform.resource_text(request.model_dump()),
        "expires_on": request.expires_on,
    }
    return PreviewedRevocation.model_validate(fields)


def _rows(
    connection: Connection, name: str, names: Mapping[str, str], parameters: Mapping[str, Any]
) -> list[Mapping[Any, Any]]:
    return list(connection.execute(statement(name, connection, **names), parameters).mappings())


def _by_resource(platform: Platform, rows: list[Mapping[Any, Any]]) -> dict[str, Any]:
    counts = Counter[str]()
    for row in rows:
        counts[platform.resource_text(row)] += row["requests"]
    most_frequent = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MAX_RESOURCES]
    resources = [ResourceCount(resource=resource, count=count) for resource, count in most_frequent]
    return {"resource_count": len(counts), "resources": resources}


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
    """How long the limits on emails hold the last one up. What other runs have not recorded yet is unseen."""
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
    goes_on = settings.has_queues and only_failed_in is None
    last_leaves_at = context.database.utc_now() + timedelta(seconds=seconds) if goes_on else None
    return SendingDelay(count=limit.count, minutes=limit.minutes, last_leaves_at=last_leaves_at)


def _count_people(connection: Connection, platform: Platform, only_failed_in: list[str] | None) -> int:
    names, parameters = due_filters(only_failed_in)
    clause = statement("count_due_people", connection, **platform.sql_names, **names)
    return int(connection.execute(clause, parameters).scalar_one())


def _sample(due: list[DueNotification], platform: Platform, settings: Settings) -> SampleEmail | None:
    """The first mail that would leave; of a digest, as far as its reminders are among `due`."""
    emails = reminder_emails(due, platform, one_for_each_person=settings.email_digest)
    first = next((email for email in emails if email.to), None)
    if first is None:
        return None
    return SampleEmail.model_validate(MailTemplates(settings).compose(first), from_attributes=True)
