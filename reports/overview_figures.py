"""The overview's figures: how many requests and runs, each counted in a range of an index."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, CursorResult, RowMapping

from access.connectors.choice import takes_access_away
from access.platforms import Platform
from config.context import AppContext
from jobs.runs.job_run_helper import STALE_AFTER_MINUTES
from reports.due_reminder_count import FIRST_REMINDER_PERIODS, PERIOD, as_sql_periods, due_reminder_count
from reports.models import (
    ExpiriesOfDay,
    OftenExtended,
    OverdueFigure,
    PeriodFigure,
    PlatformFigures,
    RunsOfDay,
)
from sql.column_types import from_sql_time_or_none, to_sql_time
from sql.statements import statement

EXPIRY_DAYS = 60
RUN_DAYS = 30
DECIDED_DAYS = 30
OFTEN = 3
MAX_OFTEN_EXTENDED = 5

# How a run went, as RunsOfDay calls it.
_OUTCOMES = {
    ("InProgress", False): "in_progress",
    ("InProgress", True): "in_progress",
    ("Completed", False): "completed",
    ("Completed", True): "completed_with_failures",
    ("Failed", False): "failed",
    ("Failed", True): "failed",
    ("Abandoned", False): "abandoned",
    ("Abandoned", True): "abandoned",
    ("Cancelled", False): "cancelled",
    ("Cancelled", True): "cancelled",
}


def read_platform_figures(context: AppContext, platform: Platform, now: datetime) -> PlatformFigures:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = now - timedelta(days=DECIDED_DAYS)
    with context.database.read() as connection:

        def read(name: str, **parameters: object) -> CursorResult[Any]:
            return connection.execute(statement(name, connection, **platform.sql_names), parameters)

        overdue = read("count_overdue").one()
        per_period = _count_expiries(connection, platform, today)
        revoked, extended, let_expire = (
            read(name, since=to_sql_time(since)).scalar_one()
            for name in ("count_revoked_since", "count_extended_since", "count_let_expire_since")
        )
        often_count = read("count_often_extended", often=OFTEN).scalar_one()
        often = read("list_often_extended", often=OFTEN, limit=MAX_OFTEN_EXTENDED).mappings() if often_count else ()
        often_extended = [_often_extended(platform, row) for row in often]
        due_reminders = due_reminder_count(context.database, platform).count(connection, today, per_period)
        is_taken_away = takes_access_away(context.settings, platform)
        still_held = read("count_still_held").scalar_one() if is_taken_away else None

    per_day = [0] * EXPIRY_DAYS
    for start, count in per_period.items():
        per_day[(start - today).days] += count
    per_day[0] -= overdue.ended_today

    def ending_within(days: int) -> PeriodFigure:
        return PeriodFigure(count=sum(per_day[: days + 1]), since=now, until=today + timedelta(days=days + 1))

    return PlatformFigures(
        platform=platform.key,
        overdue=OverdueFigure(count=overdue.requests, oldest_expires_on=from_sql_time_or_none(overdue.oldest)),
        ending_within_7_days=ending_within(7),
        ending_within_30_days=ending_within(30),
        due_reminders=due_reminders,
        still_held_count=still_held,
        revoked_within_30_days=PeriodFigure(count=revoked, since=since, until=now),
        extended_within_30_days=PeriodFigure(count=extended, since=since, until=now),
        let_expire_within_30_days=PeriodFigure(count=let_expire, since=since, until=now),
        often_extended_count=often_count,
        often_extended=often_extended,
        expiries_per_day=[
            ExpiriesOfDay(day=(today + timedelta(days=number)).date(), count=count)
            for number, count in enumerate(per_day)
        ],
    )


def _count_expiries(connection: Connection, platform: Platform, today: datetime) -> dict[datetime, int]:
    """How many active requests end in a period, by its start."""
    starts, periods = _periods_from(today)
    clause = statement("count_expiries_per_period", connection, **platform.sql_names)
    return dict(zip(starts, connection.execute(clause, {"periods": periods}).scalars(), strict=True))


@lru_cache(maxsize=1)
def _periods_from(today: datetime) -> tuple[Sequence[datetime], str]:
    """The periods' starts, and themselves as the statement takes them: short while reminders are due, then days."""
    short = [today + number * PERIOD for number in range(FIRST_REMINDER_PERIODS)]
    next_days = range((FIRST_REMINDER_PERIODS * PERIOD).days, EXPIRY_DAYS + 1)
    moments = [*short, *(today + timedelta(days=number) for number in next_days)]
    return moments[:-1], as_sql_periods(pairwise(moments))


def _often_extended(platform: Platform, row: RowMapping) -> OftenExtended:
    return OftenExtended.model_validate(
        {**row, "request_id": platform.from_sql_id(row["id"]), "email": row["email"] or ""}
    )


def read_runs_per_day(connection: Connection, now: datetime) -> list[RunsOfDay]:
    """The last days, the oldest first, today included."""
    counts: dict[int, dict[str, int]] = {days_ago: {} for days_ago in reversed(range(RUN_DAYS))}
    parameters = {"last_day": 1 - RUN_DAYS, "stale_after_minutes": STALE_AFTER_MINUTES}
    for row in connection.execute(statement("count_runs_per_day", connection), parameters).mappings():
        of_day = counts.setdefault(row["days_ago"], {})
        outcome = _OUTCOMES[row["Status"], bool(row["has_failures"])]
        of_day[outcome] = of_day.get(outcome, 0) + row["runs"]
    today = now.date()
    return [
        RunsOfDay.model_validate({"day": today - timedelta(days=days_ago), **of_day})
        for days_ago, of_day in counts.items()
    ]
