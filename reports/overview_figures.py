"""The overview's figures: the numbers of requests and runs, each counted in a range of an index."""

import json
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, CursorResult, RowMapping

from access.addresses import without_blanks
from access.connectors.choice import removes_access
from access.platforms.platform import Platform
from api.listing import MAX_COUNTED
from config.context import AppContext
from jobs.run_records.job_run_helper import STALE_AFTER_MINUTES
from reports.models import (
    DueReminders,
    ExpiriesOfDay,
    FindingCount,
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
        per_day = _count_expiries(connection, platform, today)
        revoked, extended, let_expire = (
            read(name, since=to_sql_time(since)).scalar_one()
            for name in ("count_revoked_since", "count_extended_since", "count_let_expire_since")
        )
        often_count = read("count_often_extended", often=OFTEN).scalar_one()
        often = read("list_often_extended", often=OFTEN, limit=MAX_OFTEN_EXTENDED).mappings() if often_count else ()
        often_extended = [_often_extended(platform, row) for row in often]
        due_reminders = _count_due_reminders(connection, platform)
        is_removed = removes_access(context.settings, platform)
        findings = [
            FindingCount(kind=row.kind, count=row.findings) for row in read("count_open_findings") if row.findings
        ]
        not_removed = read("count_not_removed").scalar_one() if is_removed else None

    per_day[0] -= overdue.ended_today

    def ending_within(days: int) -> PeriodFigure:
        return PeriodFigure(count=sum(per_day[: days + 1]), since=now, until=today + timedelta(days=days + 1))

    return PlatformFigures(
        platform=platform.key,
        overdue=OverdueFigure(count=overdue.requests, oldest_expires_on=from_sql_time_or_none(overdue.oldest)),
        ending_within_7_days=ending_within(7),
        ending_within_30_days=ending_within(30),
        due_reminders=due_reminders,
        not_removed_count=not_removed,
        revoked_within_30_days=PeriodFigure(count=revoked, since=since, until=now),
        extended_within_30_days=PeriodFigure(count=extended, since=since, until=now),
        let_expire_within_30_days=PeriodFigure(count=let_expire, since=since, until=now),
        often_extended_count=often_count,
        often_extended=often_extended,
        expiries_per_day=[
            ExpiriesOfDay(day=(today + timedelta(days=number)).date(), count=count)
            for number, count in enumerate(per_day)
        ],
        findings=tuple(findings),
    )


def _count_expiries(connection: Connection, platform: Platform, today: datetime) -> list[int]:
    """Returns how many active requests end on each day, beginning today."""
    midnights = [to_sql_time(today + timedelta(days=number)) for number in range(EXPIRY_DAYS + 1)]
    days = [{"ends_from": start, "ends_before": end} for start, end in pairwise(midnights)]
    clause = statement("count_expiries_per_period", connection, **platform.sql_names)
    return list(connection.execute(clause, {"periods": json.dumps(days)}).scalars())


def _count_due_reminders(connection: Connection, platform: Platform) -> DueReminders:
    """Counts as far as a list does, however many are due."""
    clause = statement("count_due_reminders", connection, **platform.sql_names, filters="")
    rows = connection.execute(clause, {"limit": MAX_COUNTED + 1}).all()
    by_spent = {row.spent_reminders: row.requests for row in rows}
    without_email = sum(row.without_usable_email for row in rows)
    due = by_spent.get(0, 0) + by_spent.get(1, 0)
    total = min(due, MAX_COUNTED)
    second = min(by_spent.get(1, 0), total)
    return DueReminders(
        first=total - second,
        second=second,
        total=total,
        total_is_exact=due <= MAX_COUNTED,
        without_usable_email=min(without_email, total),
    )


def _often_extended(platform: Platform, row: RowMapping) -> OftenExtended:
    return OftenExtended.model_validate(
        {**row, "request_id": platform.from_sql_id(row["id"]), "email": without_blanks(row["email"])}
    )


def read_runs_per_day(connection: Connection, now: datetime) -> list[RunsOfDay]:
    """Returns the last days, the oldest first, with today as the last."""
    counts: dict[int, dict[str, int]] = {days_ago: {} for days_ago in reversed(range(RUN_DAYS))}
    parameters = {"last_day": 1 - RUN_DAYS, "stale_after_minutes": STALE_AFTER_MINUTES}
    for row in connection.execute(statement("count_runs_per_day", connection), parameters).mappings():
        if row["days_ago"] is None:
            continue  # its start cannot be read
        of_day = counts.setdefault(row["days_ago"], {})
        outcome = _OUTCOMES[row["Status"], bool(row["has_failures"])]
        of_day[outcome] = of_day.get(outcome, 0) + row["runs"]
    today = now.date()
    return [
        RunsOfDay.model_validate({"day": today - timedelta(days=days_ago), **of_day})
        for days_ago, of_day in counts.items()
    ]
