"""How values cross the driver, the same on both databases.

Times go in as UTC text with milliseconds and come out as aware datetimes; UUIDs come out as lower-case text.
"""

import re
from datetime import UTC, datetime
from uuid import UUID

NEVER_EXPIRES = datetime(9999, 12, 31, tzinfo=UTC)

_TIME_TEXT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d(\.\d{1,7})?( ?[+-]\d\d:\d\d|Z)?)?")
_SECONDS_END = len("2025-01-31T12:00:00")


def to_sql_time(moment: datetime) -> str:
    """UTC text that SQL Server reads as datetime2(3) and SQLite compares as such; a naive time counts as UTC."""
    in_utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return in_utc.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")


def from_sql_time(value: object) -> datetime:
    """An aware UTC datetime, from SQLite's text or what an ODBC driver makes of any type of date or time."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def from_sql_time_or_none(value: object | None) -> datetime | None:
    return None if value is None else from_sql_time(value)


def from_sql_expiry(value: object | None) -> datetime | None:
    """None when the access never expires, as NULL says too."""
    expires_on = from_sql_time_or_none(value)
    return expires_on if expires_on and expires_on < NEVER_EXPIRES else None


def time_as_text(column: str, dialect: str) -> str:
    """SQL for a time with all its digits, as the column's own type reads it again in a comparison."""
    return f"CONVERT(nvarchar(33), {column}, 126)" if dialect == "mssql" else column


def check_time_text(text: str) -> str:
    """Raises ValueError for what `time_as_text` never yields."""
    if not _TIME_TEXT.fullmatch(text):
        raise ValueError("Not a time as the database prints it.")
    datetime.fromisoformat(text[:_SECONDS_END])
    return text


def from_sql_uuid(value: object) -> str:
    """Lower-case UUID text; ODBC drivers hand out UNIQUEIDENTIFIER in upper case."""
    return str(UUID(str(value)))


def parse_int(text: str, bits: int = 32) -> int:
    """Raises ValueError for what an INT column, or a BIGINT of 64 bits, cannot hold, and for 1_2, +1 and the like."""
    if not re.fullmatch(r"-?[0-9]+", text):
        raise ValueError("No number.")
    number = int(text)
    if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise ValueError(f"A number beyond {bits} bits.")
    return number


def parse_uuid(text: str) -> str:
    """In lower case. Raises ValueError for another spelling than the API's own."""
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        raise ValueError("No UUID with its four hyphens.")
    return text.lower()
