"""Makes database files with any number of realistic requests, in bulk and without the product's own statements."""

import random
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from access.platforms import DATABRICKS, Platform
from demo.requests import FIRST_NAMES, LAST_NAMES, REASONS, TABLES
from jobs.revocations.run import REVOKED_BY
from sql.column_types import NEVER_EXPIRES, to_sql_time
from sql.database import Database

REMINDERS = ("30-Day Reminder", "7-Day Reminder")
# The kinds of a thousand requests: (count, days until expiry from .. to, number of recorded reminders, status).
KINDS: list[tuple[int, int | None, int | None, int, str]] = [
    (300, 40, 300, 0, "Active"),
    (50, None, None, 0, "Active"),  # never expires
    (60, 9, 29, 0, "Active"),  # due
    (40, 9, 29, 1, "Active"),
    (60, 1, 6, 1, "Active"),  # due
    (40, 1, 6, 2, "Active"),
    (100, -20, -2, 2, "Active"),  # expired
    (350, -400, -25, 2, "Revoked"),
]
LONGEST_ACCESS_DAYS = 200
PEOPLE = 5000
RESOURCES = 3001
CACHE_KIBIBYTES = 500_000  # keeps the index of Palantir's ids in memory while it grows, since they come in no order
_PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "temp_store = MEMORY", "threads = 2")

# Numbers follow the order in which people asked, as ids do. Times are Julian days. Products with large odd numbers
# stand in for chance, so that the requests are the same each time.
_PLAN = """
INSERT INTO plan (kind, requested_on, expires_on)
WITH RECURSIVE
    numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < :count),
    chosen AS (
        SELECT
            kinds.number AS kind,
            day_from + ((i * 2654435761) >> 12) % (day_to - day_from + 1) AS expiry_day,
            1 + ((i * 805306457) >> 10) % :longest AS access_days,
            (i * 7919 % 86399999) / 86400000.0 AS requested_time,
            (i * 104729 % 86399999) / 86400000.0 AS expiry_time
        FROM numbers CROSS JOIN kinds ON kinds.number = i % 1000
    )
SELECT
    kind,
    :midnight + MIN(IFNULL(expiry_day, 0), 0) - access_days + requested_time AS requested_on,
    :midnight + expiry_day + expiry_time
FROM chosen ORDER BY requested_on
"""
_UUID = """PRINTF(
    '%08x-%04x-4%03x-a%03x-%012x', (plan.number * 2654435761) & 0xffffffff, (plan.number * 40503) & 0xffff,
    (plan.number * 2999) & 0xfff, (plan.number * 1237) & 0xfff, (plan.number * 805306457) & 0xffffffffffff
)"""
_TIME = "STRFTIME('%Y-%m-%d %H:%M:%f', {})"
# A request's rowid is its number in the plan.
_PLANNED = "plan CROSS JOIN kinds ON kinds.number = plan.kind CROSS JOIN {requests} u ON u.rowid = plan.number"


def create_database(path: Path, platform: Platform, count: int) -> None:
    """Creates a SQLite file with the product's schema and `count` requests, the same ones each time.

    Indexes are created after the rows, which is faster, and statistics last.
    """
    Database(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in (*_PRAGMAS, f"cache_size = -{CACHE_KIBIBYTES}"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE%INDEX%'").fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        _plan_requests(connection, platform, count)
        _insert_requests(connection, platform)
        _insert_records(connection, platform)
        for _, ddl in indexes:
            connection.execute(ddl)
        connection.execute("ANALYZE")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def _plan_requests(connection: sqlite3.Connection, platform: Platform, count: int) -> None:
    """Fills temporary tables: the parts of requests, and a plan with the kind and the times of each one."""
    kinds = [kind[1:] for kind in KINDS for _ in range(kind[0])]
    _store(connection, "kinds", ("day_from", "day_to", "reminders", "status"), kinds)
    _store(connection, "people", ("email",), [(email,) for email in _emails()])
    _store(connection, "resources", _resource_columns(platform), _resources(platform))
    _store(connection, "plan", ("kind", "requested_on", "expires_on"), [])
    [midnight] = connection.execute("SELECT JULIANDAY('now', 'start of day')").fetchone()
    connection.execute(_PLAN, {"count": count, "longest": LONGEST_ACCESS_DAYS, "midnight": midnight})


def _store(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]
) -> None:
    """Creates a temporary table whose rows are numbered from 0."""
    connection.execute(f"CREATE TEMP TABLE {table} (number INTEGER PRIMARY KEY, {', '.join(columns)})")
    marks = ", ".join("?" * len(columns))
    numbered = ((number, *row) for number, row in enumerate(rows))
    connection.executemany(f"INSERT INTO {table} VALUES (?, {marks})", numbered)


def _insert_requests(connection: sqlite3.Connection, platform: Platform) -> None:
    resource = _resource_columns(platform)
    columns = [
        *(platform.columns[field] for field in ("id", "requested_by_email", "status", "requested_on", "expires_on")),
        *resource,
    ]
    connection.execute(
        f"INSERT INTO {platform.requests} ({', '.join(columns)}) "
        f"SELECT {'plan.number' if platform is DATABRICKS else _UUID}, email, status, "
        f"{_TIME.format('plan.requested_on')}, IFNULL({_TIME.format('plan.expires_on')}, :never), "
        f"{', '.join(f'resources.{column}' for column in resource)} "
        "FROM plan CROSS JOIN kinds ON kinds.number = plan.kind "
        "CROSS JOIN people ON people.number = plan.number * 7919 % (SELECT COUNT(*) FROM people) "
        f"CROSS JOIN resources ON resources.number = plan.number % {RESOURCES} ORDER BY plan.number",
        {"never": to_sql_time(NEVER_EXPIRES)},
    )


def _insert_records(connection: sqlite3.Connection, platform: Platform) -> None:
    """Inserts the records of reminders and revocations."""
    planned = _PLANNED.format(requests=platform.requests)
    request_id = f"u.{platform.columns['id']}"
    sent = to_sql_time(datetime.now(UTC) - timedelta(days=25))
    for number, reminder in enumerate(REMINDERS, start=1):
        connection.execute(
            f"INSERT INTO {platform.notifications} "
            f"({platform.notified_request}, Notification_Type, Notified_Email, Notified_Dt) "
            f"SELECT {request_id}, ?, u.{platform.columns['requested_by_email']}, ? "
            f"FROM {planned} WHERE reminders >= ?",
            (reminder, sent, number),
        )
    connection.execute(
        f"INSERT INTO {platform.revocations} ({platform.revoked_request}, Revoked_Dt, Revoked_By) "
        f"SELECT {request_id}, u.{platform.columns['expires_on']}, ? FROM {planned} WHERE kinds.status = 'Revoked'",
        (REVOKED_BY,),
    )


def _emails() -> list[str]:
    names = [f"{first}.{last}".lower() for first in FIRST_NAMES for last in LAST_NAMES]
    return [f"{name}{number}@contoso.com" for number in range(PEOPLE // len(names)) for name in names]


def _resource_columns(platform: Platform) -> list[str]:
    return [platform.columns[field] for field in (*platform.resource_fields, "business_reason")]


def _resources(platform: Platform) -> list[tuple[str, ...]]:
    """Returns a few thousand combinations of a resource and a reason."""
    chance = random.Random(platform.key)

    def one() -> tuple[str, ...]:
        reason = chance.choice(REASONS)
        if platform is not DATABRICKS:
            return f"ri.foundry.main.dataset.{UUID(int=chance.getrandbits(128), version=4)}", "Viewer", reason
        schema = chance.choice(list(TABLES))
        return chance.choice(["main", "analytics"]), schema, chance.choice(TABLES[schema]), "SELECT", reason

    return [one() for _ in range(RESOURCES)]
