"""What the count of due reminders asks again after a change; what it counts is told by the tests of the overview."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from access.platforms import Platform
from config.context import AppContext
from reports.due_reminder_count import FIRST_REMINDER_PERIODS, PERIOD, DueReminderCount, due_reminder_count
from reports.models import DueReminders
from reports.overview_figures import read_platform_figures
from sql.column_types import to_sql_time
from sql.database import Database
from tests.rows import add_let_expire, add_reminder, add_request, today

Change = Callable[[Database, Platform, int | str], object]
ALL = range(FIRST_REMINDER_PERIODS)


def periods_counted(database: Database, count: Callable[[], object], midnight: datetime | None = None) -> list[int]:
    """By their number from midnight."""
    midnight = midnight or today(database)
    starts = [to_sql_time(midnight + number * PERIOD) for number in ALL]
    counted: list[int] = []

    def note(_connection: Any, clause: Any, _many: Any, parameters: dict[str, Any], _options: Any) -> None:
        if "GROUP BY counted.ends_from" in str(clause):
            counted.extend(starts.index(period["ends_from"]) for period in json.loads(parameters["periods"]))

    event.listen(database.engine, "before_execute", note)
    count()
    event.remove(database.engine, "before_execute", note)
    return sorted(counted)


def end_in(days: int, database: Database) -> Any:
    return today(database) + timedelta(days=days, hours=12)


def period_of(days: int) -> int:
    return timedelta(days=days, hours=12) // PERIOD


def postpone(database: Database, platform: Platform, request_id: int | str) -> None:
    id_column, expires_on = platform.columns["id"], platform.columns["expires_on"]
    update = text(f"UPDATE {platform.requests} SET {expires_on} = :moment WHERE {id_column} = :id")
    with database.transaction() as connection:
        connection.execute(update, {"moment": to_sql_time(end_in(25, database)), "id": request_id})


def take_back(database: Database, platform: Platform, request_id: int | str) -> None:
    delete = text(f"DELETE FROM {platform.notifications} WHERE {platform.notified_request} = :id")
    with database.transaction() as connection:
        connection.execute(delete, {"id": request_id})


CHANGES: dict[str, tuple[Change, list[int]]] = {
    "nothing": (lambda _database, _platform, _id: None, []),
    "a reminder": (
        lambda database, platform, _id: add_reminder(database, platform, _id, "7-Day Reminder"),
        [period_of(20)],
    ),
    "a decision": (lambda database, platform, _id: add_let_expire(database, platform, _id), [period_of(20)]),
    "a new request": (
        lambda database, platform, _id: add_request(database, platform, expires_on=end_in(5, database)),
        [period_of(5)],
    ),
    "another expiry": (postpone, [period_of(25)]),
    "a deleted reminder": (take_back, [period_of(10), period_of(20)]),
}


@pytest.mark.parametrize(("change", "periods"), CHANGES.values(), ids=CHANGES)
def test_after_a_change_only_its_own_periods_are_counted(
    context: AppContext, platform: Platform, change: Change, periods: list[int]
) -> None:
    database, now = context.database, context.database.utc_now()
    yesterday = now - timedelta(days=1)
    _, request_id = (
        add_request(database, platform, expires_on=end_in(days, database), requested_on=yesterday) for days in (10, 20)
    )
    add_reminder(database, platform, request_id, "30-Day Reminder")
    due_reminder_count.cache_clear()

    def read() -> object:
        return read_platform_figures(context, platform, now)

    assert periods_counted(database, read) == [period_of(10), period_of(20)]
    change(database, platform, request_id)
    assert periods_counted(database, read) == periods


def count_from(database: Database, count: DueReminderCount, midnight: datetime) -> DueReminders:
    with database.read() as connection:
        return count.count(connection, midnight, {midnight + number * PERIOD: 1 for number in ALL})


def test_on_a_new_date_only_its_new_day_and_what_has_changed_are_counted(
    database: Database, platform: Platform
) -> None:
    count, midnight = DueReminderCount(platform), today(database)
    request_id = add_request(database, platform, expires_on=end_in(20, database), requested_on=midnight)

    def counted_from(midnight: datetime) -> list[int]:
        return periods_counted(database, lambda: count_from(database, count, midnight), midnight)

    assert counted_from(midnight) == list(ALL)
    add_reminder(database, platform, request_id, "30-Day Reminder")
    new_day = list(ALL[-(timedelta(days=1) // PERIOD) :])
    assert counted_from(midnight + timedelta(days=1)) == [1, period_of(19), *new_day]


def test_the_same_reminder_is_due_as_the_second_once_its_last_days_come(database: Database, platform: Platform) -> None:
    count, midnight = DueReminderCount(platform), today(database)
    request_id = add_request(database, platform, expires_on=midnight + timedelta(days=8))
    add_reminder(database, platform, request_id, "30-Day Reminder")
    add_request(database, platform, expires_on=midnight + timedelta(days=31))
    due = [count_from(database, count, midnight + timedelta(days=days)) for days in (0, 1)]
    assert [(counts.first, counts.second) for counts in due] == [(0, 0), (1, 1)]


def test_what_was_changed_past_the_product_is_counted_in_its_turn(database: Database, platform: Platform) -> None:
    count, midnight = DueReminderCount(platform), today(database)
    request_ids = [
        add_request(database, platform, expires_on=midnight + number * PERIOD, requested_on=midnight)
        for number in (2, 5)
    ]
    for request_id in request_ids:
        add_reminder(database, platform, request_id, "30-Day Reminder")
    firsts = [count_from(database, count, midnight).first]
    delete_one = text(f"DELETE FROM {platform.notifications} WHERE {platform.notified_request} = :id")
    with database.transaction() as connection:
        connection.execute(delete_one, {"id": request_ids[0]})
    firsts += [count_from(database, count, midnight).first for _ in range(2)]
    assert firsts == [0, 0, 1]
