"""How many reminders are due, counted by the period in which access ends.

Asking for the reminders of all that ends within 30 days takes up to a second for 200,000 requests. So a period is
counted again only when one of its requests, reminders or decisions has changed. What was changed past the product's
own statements may not show: so one period is counted again each time, in turn.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause

from access.platforms import Platform
from reports.models import DueReminders
from sql.column_types import from_sql_time, to_sql_time
from sql.database import Database
from sql.statements import statement

PERIOD = timedelta(hours=1)  # as find_changed_hours tells them
# From today to the last day in the window of each reminder.
FIRST_REMINDER_PERIODS = timedelta(days=31) // PERIOD
SECOND_REMINDER_PERIODS = timedelta(days=8) // PERIOD
_YEAR_2000 = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Period:
    active: int  # how many requests end in it
    without_reminder: int
    with_one_reminder: int


@dataclass(frozen=True)
class _Counted:
    newest: Mapping[Any, Any]  # the newest request, reminder and decisions that the counts know of
    periods: Mapping[datetime, _Period] = field(default_factory=dict)  # by their start
    turn: int = 0

    def leads_to(self, newest: Mapping[Any, Any]) -> bool:
        """Not where rows were deleted or the tables are others."""
        return all(newest[what] >= self.newest[what] for what in newest)


class DueReminderCount:
    """Of one platform's requests. Several threads may count at once: each leaves a state that is whole."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._counted: _Counted | None = None

    def count(self, connection: Connection, midnight: datetime, active: Mapping[datetime, int]) -> DueReminders:
        """`active` says how many active requests end in each period from today's `midnight` on, read before."""
        # What is recorded while the periods are counted is newer, and so is found by the next count.
        row = connection.execute(self._statement("find_newest_changes", connection)).mappings().one()
        newest = {name: to_sql_time(value) if isinstance(value, datetime) else value for name, value in row.items()}
        known = self._counted
        if known is None or not known.leads_to(newest):
            known = _Counted(newest)
        starts = [midnight + number * PERIOD for number in range(FIRST_REMINDER_PERIODS)]
        again = {starts[known.turn], *self._periods_changed_since(known, connection, newest)}
        stays = {
            start: period
            for start, period in known.periods.items()
            if start in active and period.active == active[start] and start not in again
        }
        counted_now = self._count_periods(connection, {start: active[start] for start in starts if start not in stays})
        periods = {**stays, **counted_now}
        self._counted = _Counted(newest, periods, (known.turn + 1) % FIRST_REMINDER_PERIODS)
        return DueReminders(
            first=sum(periods[start].without_reminder for start in starts),
            second=sum(periods[start].with_one_reminder for start in starts[:SECOND_REMINDER_PERIODS]),
        )

    def _periods_changed_since(
        self, known: _Counted, connection: Connection, newest: Mapping[Any, Any]
    ) -> Iterator[datetime]:
        if newest != known.newest:
            hours = connection.execute(self._statement("find_changed_hours", connection), known.newest).scalars()
            yield from (_YEAR_2000 + hour * PERIOD for hour in hours)

    def _count_periods(self, connection: Connection, active: Mapping[datetime, int]) -> dict[datetime, _Period]:
        periods = as_sql_periods((start, start + PERIOD) for start, requests in active.items() if requests)
        rows = connection.execute(self._statement("count_by_spent_reminders", connection), {"periods": periods})
        requests = {(from_sql_time(row.ends_from), row.spent_reminders): row.requests for row in rows}
        return {
            start: _Period(active[start], requests.get((start, 0), 0), requests.get((start, 1), 0)) for start in active
        }

    def _statement(self, name: str, connection: Connection) -> TextClause:
        return statement(name, connection, **self._platform.sql_names)


def as_sql_periods(periods: Iterable[tuple[datetime, datetime]]) -> str:
    """From and before when, as {given_periods} reads them."""
    return json.dumps([{"ends_from": to_sql_time(start), "ends_before": to_sql_time(end)} for start, end in periods])


@lru_cache(maxsize=16)
def due_reminder_count(_database: Database, platform: Platform) -> DueReminderCount:
    """The one of this database, which knows what was counted before."""
    return DueReminderCount(platform)
