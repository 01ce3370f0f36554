"""Which reminder is due to whom: every row of the specification's decision table, and the edges of its dates."""

from dataclasses import replace
from datetime import timedelta

import pytest

from access.list_query import RequestListQuery
from access.platforms import PLATFORMS, Platform
from access.repository import AccessRequestRepository
from config.context import AppContext
from config.settings import read_settings
from jobs.reminders.due_notification import DueNotification
from jobs.reminders.mail.message import ReminderEmail
from jobs.reminders.mail.templates import ComposedEmail, MailTemplates
from jobs.reminders.run import run_expiry_notifications
from reports.overview_figures import read_platform_figures
from sql.column_types import NEVER_EXPIRES
from tests.jobs.job_runs import due_now
from tests.jobs.run_requests import reminder_run
from tests.rows import add_reminder, add_request, add_requests, reminders, today

FIRST = "30-Day Reminder"
SECOND = "7-Day Reminder"
LAST_MILLISECOND = timedelta(hours=23, minutes=59, seconds=59, milliseconds=999)


def due_reminder(context: AppContext, platform: Platform) -> tuple[str, int] | None:
    """What is due for the only request, with its days left; the list of pending notifications and all counts agree."""
    due = due_now(context.database, platform)
    page = AccessRequestRepository(platform, context).list_pending_notifications(RequestListQuery()).model_dump()
    assert [(item["due_reminder"], item["days_left"]) for item in page["items"]] == [
        (notification.reminder, notification.days_left) for notification in due
    ]
    assert page["total"] == len(due)
    counted = read_platform_figures(context, platform, context.database.utc_now()).due_reminders
    reminders_due: list[str] = [notification.reminder for notification in due]
    assert [counted.first, counted.second] == [reminders_due.count(FIRST), reminders_due.count(SECOND)]
    return (due[0].reminder, due[0].days_left) if due else None


@pytest.mark.parametrize(
    ("sent", "days_left", "expected"),
    [
        ([], 30, FIRST),
        ([], 8, FIRST),
        ([], 7, FIRST),
        ([], 0, FIRST),
        ([FIRST], 7, SECOND),
        ([FIRST], 1, SECOND),
        ([FIRST], 0, SECOND),
        ([FIRST], 8, None),
        ([FIRST], 30, None),
        ([SECOND], 7, None),
        ([FIRST, SECOND], 7, None),
        ([FIRST, SECOND], 0, None),
        ([FIRST, SECOND], 30, None),
    ],
)
def test_count_sent_and_days_left_decide_the_reminder(
    context: AppContext, platform: Platform, sent: list[str], days_left: int, expected: str | None
) -> None:
    expires_on = today(context.database) + timedelta(days=days_left, hours=12)
    request_id = add_request(context.database, platform, expires_on=expires_on)
    for reminder in sent:
        add_reminder(context.database, platform, request_id, reminder)
    assert due_reminder(context, platform) == (None if expected is None else (expected, days_left))


@pytest.mark.parametrize(
    ("offset", "days_left"),
    [
        (timedelta(milliseconds=-1), None),
        (timedelta(0), 0),
        (LAST_MILLISECOND, 0),
        (timedelta(days=1), 1),
        (timedelta(days=7) + LAST_MILLISECOND, 7),
        (timedelta(days=8), 8),
        (timedelta(days=30), 30),
        (timedelta(days=30) + LAST_MILLISECOND, 30),
        (timedelta(days=31), None),
        (timedelta(days=400), None),
    ],
)
def test_window_is_counted_in_midnights(
    context: AppContext, platform: Platform, offset: timedelta, days_left: int | None
) -> None:
    add_request(context.database, platform, expires_on=today(context.database) + offset)
    assert due_reminder(context, platform) == (None if days_left is None else (FIRST, days_left))


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (timedelta(days=7) + LAST_MILLISECOND, (SECOND, 7)),
        (timedelta(days=8), None),
    ],
)
def test_window_of_the_second_reminder_is_counted_in_midnights(
    context: AppContext, platform: Platform, offset: timedelta, expected: tuple[str, int] | None
) -> None:
    request_id = add_request(context.database, platform, expires_on=today(context.database) + offset)
    add_reminder(context.database, platform, request_id, FIRST)
    assert due_reminder(context, platform) == expected


def test_access_that_never_expires_is_not_due(context: AppContext, platform: Platform) -> None:
    add_request(context.database, platform, expires_on=NEVER_EXPIRES)
    assert due_reminder(context, platform) is None


@pytest.mark.parametrize("status", ["Revoked", "Pending", "Rejected", ""])
def test_request_that_is_not_active_is_not_due(context: AppContext, platform: Platform, status: str) -> None:
    add_request(context.database, platform, expires_on=today(context.database) + timedelta(days=3), status=status)
    assert due_reminder(context, platform) is None


def test_most_urgent_is_due_first(context: AppContext, platform: Platform) -> None:
    midnight = today(context.database)
    add_requests(context.database, platform, [{"expires_on": midnight + timedelta(days=days)} for days in (20, 2, 11)])
    assert [due.days_left for due in due_now(context.database, platform)] == [2, 11, 20]


def test_other_platforms_requests_are_not_due(context: AppContext) -> None:
    databricks, palantir = PLATFORMS
    add_request(context.database, palantir, expires_on=today(context.database) + timedelta(days=3))
    assert due_now(context.database, databricks) == []
    assert run_expiry_notifications(context, reminder_run(databricks)).notified_count == 0


def test_request_gets_two_reminders_in_its_life_and_no_third(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform, expires_on=today(context.database) + timedelta(days=5))
    counts = [run_expiry_notifications(context, reminder_run(platform)).notified_count for _ in range(4)]
    assert counts == [1, 1, 0, 0]
    assert reminders(context.database, platform, request_id) == [FIRST, SECOND]


def composed(platform: Platform, *reminders: DueNotification) -> ComposedEmail:
    return MailTemplates(read_settings()).compose(ReminderEmail("bob@test.com", platform, reminders))


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "tomorrow"), (2, "in 2 days"), (30, "in 30 days")])
def test_mail_says_when_and_what_expires(context: AppContext, platform: Platform, days: int, words: str) -> None:
    expires_on = today(context.database) + timedelta(days=days, hours=13, minutes=5)
    request_id = add_request(context.database, platform, expires_on=expires_on, email="bob@test.com")
    [due] = due_now(context.database, platform)
    mail = composed(platform, replace(due, has_ended=False))
    assert mail.to == "bob@test.com"
    assert mail.subject == f"Your {platform.title} access expires {words}"
    assert f"{expires_on:%Y-%m-%d} 13:05 UTC" in mail.text
    assert str(request_id) in mail.text
    assert due.resource in mail.text
    assert "extend it on its request's page" in mail.text


def test_mail_about_access_that_ended_earlier_today_does_not_ask_for_the_impossible(
    context: AppContext, platform: Platform
) -> None:
    add_request(context.database, platform, expires_on=today(context.database))
    [due] = due_now(context.database, platform)
    mail = composed(platform, due)
    assert mail.subject == f"Your {platform.title} access expired today"
    assert "expires" not in mail.text
    assert "before then" not in mail.text


def test_same_reminder_has_the_same_key_and_another_one_another(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform, expires_on=today(context.database) + timedelta(days=5))
    keys = []
    for _ in range(2):
        [due] = due_now(context.database, platform)
        keys.append(ReminderEmail("alice@test.com", platform, (due,)).message_key)
    add_reminder(context.database, platform, request_id, FIRST)
    [due] = due_now(context.database, platform)
    assert keys[0] == keys[1] != ReminderEmail("alice@test.com", platform, (due,)).message_key
