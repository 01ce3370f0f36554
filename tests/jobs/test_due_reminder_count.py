"""What the count of due reminders asks again after a change; what it counts is told by the tests of the overview."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from access.platforms import Platform
from config.context import AppContext
from jobs.due_reminder_count import DAYS, DueReminderCount, due_reminder_count
from jobs.figures import EXPIRY_DAYS, read_platform_figures
from sql.column_types import to_sql_time
from sql.database import Database
from tests.rows import add_let_expire, add_reminder, add_request, today

Change = Callable[[Database, Platform, int | str], object]


def days_counted(database: Database, count: Callable[[], object]) -> list[int]:
    days: set[int] = set()

    def note(_connection: Any, _clause: Any, _many: Any, parameters: dict[str, Any], _options: Any) -> None:
        days.update(parameters[name] for name in parameters if name == "day_number")

    event.listen(database.engine, "before_execute", note)
    count()
    event.remove(database.engine, "before_execute", note)
    return sorted(days)


def end_in(days: int, database: Database) -> Any:
    return today(database) + timedelta(days=days, hours=12)


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
    "nothing": (lambda _database, _platform, _id: None, [0]),
    "a reminder": (lambda database, platform, _id: add_reminder(database, platform, _id, "7-Day Reminder"), [0, 20]),
    "a decision": (lambda database, platform, _id: add_let_expire(database, platform, _id), [0, 20]),
    "a new request": (
        lambda database, platform, _id: add_request(database, platform, expires_on=end_in(5, database)),
        [0, 5],
    ),
    "another expiry": (postpone, [0, 20, 25]),
    "a deleted reminder": (take_back, list(DAYS)),
}


@pytest.mark.parametrize(("change", "days"), CHANGES.values(), ids=CHANGES)
def test_after_a_change_only_today_and_its_own_days_are_counted(
    context: AppContext, platform: Platform, change: Change, days: list[int]
) -> None:
    database, now = context.database, context.database.utc_now()
    yesterday = now - timedelta(days=1)
    request_id = add_request(database, platform, expires_on=end_in(20, database), requested_on=yesterday)
    add_reminder(database, platform, request_id, "30-Day Reminder")
    due_reminder_count.cache_clear()

    def read() -> object:
        return read_platform_figures(context, platform, now)

    assert days_counted(database, read) == list(DAYS)
    change(database, platform, request_id)
    assert days_counted(database, read) == days


def test_on_a_new_date_every_day_is_counted(database: Database, platform: Platform) -> None:
    count, date = DueReminderCount(platform), today(database).date()

    def count_on(days_later: int) -> list[int]:
        with database.read() as connection:
            return days_counted(
                database, lambda: count.count(connection, date + timedelta(days=days_later), [0] * EXPIRY_DAYS)
            )

    assert [count_on(days_later) for days_later in (0, 0, 1)] == [list(DAYS), [0], list(DAYS)]
