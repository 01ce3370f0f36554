"""DATEDIFF, DATEADD and GETUTCDATE mean the same on every database: boundaries crossed, not time elapsed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from sql.column_types import from_sql_time
from sql.database import Database
from sql.statements import MACROS


def part(database: Database, name: str) -> str:
    return MACROS[database.engine.dialect.name].get(name, name)


def select(database: Database, expression: str, **parameters: object) -> object:
    with database.read() as connection:
        return connection.execute(text(f"SELECT {expression}"), parameters).scalar_one()


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2025-03-01 23:59:59.999", "2025-03-02 00:00:00.000", 1),
        ("2025-03-01 00:00:00.000", "2025-03-01 23:59:59.999", 0),
        ("2025-03-02 00:00:00.000", "2025-03-01 23:59:59.999", -1),
        ("2024-02-28 12:00:00.000", "2024-03-01 00:00:00.000", 2),
        ("2025-02-28 12:00:00.000", "2025-03-01 00:00:00.000", 1),
        ("2024-12-31 23:59:00.000", "2025-01-01 00:01:00.000", 1),
        ("2025-03-01 12:00:00.000", "9999-12-31 00:00:00.000", 2912748),
    ],
)
def test_datediff_counts_midnights(database: Database, start: str, end: str, days: int) -> None:
    assert select(database, f"DATEDIFF({part(database, 'DAY')}, :start, :end)", start=start, end=end) == days


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2025-03-01 11:59:59.999", "2025-03-01 12:00:00.000", 1),
        ("2025-03-01 12:00:00.000", "2025-03-01 12:00:59.999", 0),
        ("2025-03-01 12:00:59.999", "2025-03-01 12:10:59.000", 10),
        ("2025-03-01 12:00:59.999", "2025-03-01 12:11:00.000", 11),
        ("2025-02-28 23:59:00.000", "2025-03-01 00:01:00.000", 2),
        ("2025-03-01 12:01:00.000", "2025-03-01 12:00:59.000", -1),
    ],
)
def test_datediff_counts_full_minutes_on_the_clock(database: Database, start: str, end: str, minutes: int) -> None:
    assert select(database, f"DATEDIFF({part(database, 'MINUTE')}, :start, :end)", start=start, end=end) == minutes


@pytest.mark.parametrize(
    ("name", "number", "moment", "expected"),
    [
        ("DAY", 31, "2025-01-31 00:00:00.000", datetime(2025, 3, 3, tzinfo=UTC)),
        ("DAY", -1, "2024-03-01 10:20:30.456", datetime(2024, 2, 29, 10, 20, 30, 456000, tzinfo=UTC)),
        ("DAY", 0, "2025-01-31 00:00:00.001", datetime(2025, 1, 31, 0, 0, 0, 1000, tzinfo=UTC)),
        ("MINUTE", -10, "2025-03-01 00:05:30.000", datetime(2025, 2, 28, 23, 55, 30, tzinfo=UTC)),
    ],
)
def test_dateadd_keeps_the_time_of_day(
    database: Database, name: str, number: int, moment: str, expected: datetime
) -> None:
    expression = f"DATEADD({part(database, name)}, :number, CAST(:moment AS {time_type(database)}))"
    assert from_sql_time(select(database, expression, number=number, moment=moment)) == expected


def time_type(database: Database) -> str:
    return "TEXT" if database.engine.dialect.name == "sqlite" else "datetime2(3)"


@pytest.mark.parametrize(
    "expression",
    ["DATEDIFF({DAY}, {NULL}, GETUTCDATE())", "DATEDIFF({DAY}, GETUTCDATE(), {NULL})", "DATEADD({DAY}, 1, {NULL})"],
)
def test_null_in_is_null_out(database: Database, expression: str) -> None:
    null = f"CAST(NULL AS {time_type(database)})"
    assert select(database, expression.replace("{DAY}", part(database, "DAY")).replace("{NULL}", null)) is None


def test_clock_of_a_local_database_is_utc(database: Database) -> None:
    assert abs(database.utc_now() - datetime.now(UTC)) < timedelta(minutes=5)


def test_today_is_the_clock_without_its_time(database: Database) -> None:
    today = MACROS[database.engine.dialect.name]["TODAY"]
    expression = f"DATEDIFF({part(database, 'MINUTE')}, {today}, DATEADD({part(database, 'DAY')}, 1, {today}))"
    assert select(database, expression) == 24 * 60
    assert select(database, f"DATEDIFF({part(database, 'DAY')}, {today}, GETUTCDATE())") in (0, 1)
