"""Database files with any number of believable requests, loaded in bulk past the product's own statements."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from operator import itemgetter
from pathlib import Path
from uuid import UUID

from access.platforms import DATABRICKS, Platform
from demo.requests import FIRST_NAMES, LAST_NAMES, REASONS, TABLES
from jobs.revocations.run import REVOKED_BY
from sql.column_types import NEVER_EXPIRES, to_sql_time
from sql.database import Database

FIRST, SECOND = "30-Day Reminder", "7-Day Reminder"
Kind = tuple[int, int, int, tuple[str, ...], str]
# Of every thousand requests: (count, days until expiry from .. to, reminders on record, status).
KINDS: list[Kind] = [
    (300, 40, 300, (), "Active"),
    (50, 0, 0, (), "Active"),  # never expires
    (60, 9, 29, (), "Active"),  # due
    (40, 9, 29, (FIRST,), "Active"),
    (60, 1, 6, (FIRST,), "Active"),  # due
    (40, 1, 6, (FIRST, SECOND), "Active"),
    (100, -20, -2, (FIRST, SECOND), "Active"),  # expired
    (350, -400, -25, (FIRST, SECOND), "Revoked"),
]
LONGEST_ACCESS_DAYS = 200
PEOPLE = 5000


def create_database(path: Path, platform: Platform, count: int) -> str:
    """Fills a new SQLite file and returns its URL."""
    url = f"sqlite:///{path}"
    Database(url).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE%INDEX%'").fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        _insert_requests(connection, platform, count)
        for _, ddl in indexes:
            connection.execute(ddl)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return url


def _insert_requests(connection: sqlite3.Connection, platform: Platform, count: int) -> None:
    """One pass per table over the same sequence of requests, which is the same for the same seed."""
    fields = list(platform.columns)
    columns = [platform.columns[field] for field in fields]
    _insert(connection, platform.requests, columns, (row for row, _, _ in _requests(platform, count)))
    sent = datetime.now(UTC) - timedelta(days=25)
    _insert(
        connection,
        platform.notifications,
        [platform.notified_request, "Notification_Type", "Notified_Email", "Notified_Dt"],
        (
            (row[0], reminder, row[1], to_sql_time(sent))
            for row, kind, _ in _requests(platform, count)
            for reminder in kind
        ),
    )
    _insert(
        connection,
        platform.revocations,
        [platform.revoked_request, "Revoked_Dt", "Revoked_By"],
        ((row[0], row[4], REVOKED_BY) for row, _, status in _requests(platform, count) if status == "Revoked"),
    )


def _insert(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterator[tuple[object, ...]]
) -> None:
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


def _requests(platform: Platform, count: int) -> Iterator[tuple[tuple[object, ...], tuple[str, ...], str]]:
    """Each request's row in the order of the platform's columns, with its reminders and its status.

    Rows come in the order in which people asked for them, as ids are given out.
    """
    chance = random.Random(platform.key)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = {day: to_sql_time(midnight + timedelta(days=day))[:11] for day in range(-700, 301)}
    clock = [to_sql_time(midnight + timedelta(milliseconds=chance.randrange(86_400_000)))[11:] for _ in range(9973)]
    emails = _emails()
    resources = _resources(platform, chance)
    for number, (requested_day, day, kind) in enumerate(_plan(count, chance), start=1):
        _, _, days_to, reminders, status = kind
        row = (
            number if platform is DATABRICKS else str(UUID(int=chance.getrandbits(128), version=4)),
            emails[number * 7919 % len(emails)],
            status,
            days[requested_day] + clock[number * 7 % len(clock)],
            days[day] + clock[number % len(clock)] if days_to else to_sql_time(NEVER_EXPIRES),
            *resources[number % len(resources)],
        )
        yield row, reminders, status


def _plan(count: int, chance: random.Random) -> list[tuple[int, int, Kind]]:
    """The day of request and the day of expiry, counted from today, and the kind of each request; oldest first."""
    kinds = [kind for kind in KINDS for _ in range(kind[0])]
    plan = []
    for kind in islice(cycle(kinds), count):
        day = kind[1] + int(chance.random() * (kind[2] - kind[1] + 1))
        plan.append((min(day, 0) - 1 - int(chance.random() * LONGEST_ACCESS_DAYS), day, kind))
    plan.sort(key=itemgetter(0))
    return plan


def _emails() -> list[str]:
    names = [f"{first}.{last}".lower() for first in FIRST_NAMES for last in LAST_NAMES]
    return [f"{name}{number}@contoso.com" for number in range(PEOPLE // len(names)) for name in names]


def _resources(platform: Platform, chance: random.Random) -> list[tuple[str, ...]]:
    """A few thousand combinations of what access can be to, and why."""

    def one() -> tuple[str, ...]:
        reason = chance.choice(REASONS)
        if platform is not DATABRICKS:
            return f"ri.foundry.main.dataset.{UUID(int=chance.getrandbits(128), version=4)}", "Viewer", reason
        schema = chance.choice(list(TABLES))
        return chance.choice(["main", "analytics"]), schema, chance.choice(TABLES[schema]), "SELECT", reason

    return [one() for _ in range(3001)]
