"""Functions for SQLite: T-SQL's own, and those of the rule for "the same person".

As on SQL Server, DATEDIFF counts boundaries crossed, and CONCAT skips NULLs.
"""

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from sql.column_types import to_sql_time
from sql.request_names import person_prefix, same_person_key

_EPOCH = datetime.min  # noqa: DTZ901  the texts are UTC without an offset

# The whole units between year 1 and a moment. The difference of two such numbers is the boundaries crossed.
_UNITS_SINCE_EPOCH: dict[str, Callable[[datetime], int]] = {
    "hour": lambda moment: (moment - _EPOCH) // timedelta(hours=1),
    "minute": lambda moment: (moment - _EPOCH) // timedelta(minutes=1),
    "second": lambda moment: (moment - _EPOCH) // timedelta(seconds=1),
    "millisecond": lambda moment: (moment - _EPOCH) // timedelta(milliseconds=1),
}


_DATE_END = len("2025-01-31")
Given = ParamSpec("Given")
Result = TypeVar("Result")


def null_if_unreadable(function: Callable[Given, Result]) -> Callable[Given, Result | None]:
    """Returns the function with None for values that are not times, as TRY_CONVERT would give."""

    @wraps(function)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Result | None:
        try:
            return function(*args, **kwargs)
        except (ValueError, TypeError, OverflowError):
            return None

    return call


@lru_cache(maxsize=10_000)
def _day_number(date_text: str) -> int:
    """Returns the day as a number. The cache helps lists, which ask for the days left of very many rows."""
    return date.fromisoformat(date_text).toordinal()


def getutcdate() -> str:
    return to_sql_time(datetime.now(UTC))


@null_if_unreadable
def datediff(part: str, start: str | None, end: str | None) -> int | None:
    """Returns the boundaries of `part` crossed between two UTC texts; None if either is NULL."""
    if start is None or end is None:
        return None
    if part == "day":
        return _day_number(end[:_DATE_END]) - _day_number(start[:_DATE_END])
    units = _UNITS_SINCE_EPOCH[part]
    return units(datetime.fromisoformat(end)) - units(datetime.fromisoformat(start))


@null_if_unreadable
def dateadd(part: str, number: int | None, moment: str | None) -> str | None:
    """Returns the UTC text `number` parts (day, hour, minute, second) after `moment`; None if either is NULL."""
    if number is None or moment is None:
        return None
    return to_sql_time(datetime.fromisoformat(moment) + timedelta(**{f"{part}s": number}))


def concat(*values: object) -> str:
    return "".join("" if value is None else str(value) for value in values)


def _or_null(function: Callable[[str], str]) -> Callable[[object], str | None]:
    """Returns the function for any value of a column, which may be NULL."""
    return lambda value: None if value is None else function(str(value))


def register_tsql_functions(connection: sqlite3.Connection) -> None:
    connection.create_function("GETUTCDATE", 0, getutcdate)
    connection.create_function("PERSON_KEY", 1, _or_null(same_person_key), deterministic=True)
    connection.create_function("PERSON_PREFIX", 1, _or_null(person_prefix), deterministic=True)
    connection.create_function("DATEDIFF", 3, datediff, deterministic=True)
    connection.create_function("DATEDIFF_BIG", 3, datediff, deterministic=True)
    connection.create_function("CONCAT", -1, concat, deterministic=True)
    connection.create_function("DATEADD", 3, dateadd, deterministic=True)
