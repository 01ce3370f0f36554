"""How many reminders are due, counted by the day on which access ends.

Asking for the reminders of all that ends within 30 days takes up to half a second for 200,000 requests. So a day is
counted again only when one of its requests, reminders or decisions has changed; today, which goes on, each time; and
every day when the date has changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause

from access.platforms import Platform
from api.listing import count_matching
from jobs.history_models import DueReminders
from sql.column_types import to_sql_time
from sql.database import Database
from sql.statements import statement

# From today to the last day in the window of the first reminder.
DAYS = range(31)


@dataclass(frozen=True)
class _Counted:
    today: date
    newest: Mapping[Any, Any]  # the newest request, reminder and decisions that the counts know of
    per_day: Sequence[int]  # how many requests end on each day
    due: Mapping[int, tuple[int, int]]  # first and second reminders, by day

    def leads_to(self, today: date, newest: Mapping[Any, Any]) -> bool:
        """Not on another date, nor where rows were deleted or the tables are others."""
        return self.today == today and all(newest[what] >= self.newest[what] for what in newest)


class DueReminderCount:
    """Of one platform's requests. Several threads may count at once: each leaves a state that is whole."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._counted: _Counted | None = None

    def count(self, connection: Connection, today: date, per_day: Sequence[int]) -> DueReminders:
        """`per_day` says how many active requests end on each day, read before."""
        # What is recorded while the days are counted is newer, and so is found by the next count.
        row = connection.execute(self._statement("find_newest_changes", connection)).mappings().one()
        newest = {name: to_sql_time(value) if isinstance(value, datetime) else value for name, value in row.items()}
        known = self._counted
        if known is None or not known.leads_to(today, newest):
            known = _Counted(today, newest, per_day, {})
        changed = {DAYS[0], *self._days_changed_since(known, connection, newest, per_day)}
        due = {
            day: known.due[day] if day in known.due and day not in changed else self._count_day(connection, day)
            for day in DAYS
        }
        self._counted = _Counted(today, newest, per_day, due)
        return DueReminders(
            first=sum(first for first, _ in due.values()), second=sum(second for _, second in due.values())
        )

    def _days_changed_since(
        self, known: _Counted, connection: Connection, newest: Mapping[Any, Any], per_day: Sequence[int]
    ) -> set[int]:
        days = {day for day, (before, now) in enumerate(zip(known.per_day, per_day, strict=True)) if before != now}
        if newest != known.newest:
            days |= set(connection.execute(self._statement("find_changed_days", connection), known.newest).scalars())
        return days

    def _count_day(self, connection: Connection, day: int) -> tuple[int, int]:
        names = {**self._platform.sql_names, "filters": "{ending_on_day}"}
        first, second = (
            count_matching(connection, reminders, names, {"day_number": day})
            for reminders in ("first_reminders", "second_reminders")
        )
        return first, second

    def _statement(self, name: str, connection: Connection) -> TextClause:
        return statement(name, connection, **self._platform.sql_names)


@lru_cache(maxsize=16)
def due_reminder_count(_database: Database, platform: Platform) -> DueReminderCount:
    """The one of this database, which knows what was counted before."""
    return DueReminderCount(platform)
