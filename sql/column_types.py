"""Converts values on their way through the driver, the same on both databases.

Times go in as UTC text with milliseconds and come out as aware datetimes. UUIDs come out as lower-case text.
"""

import re
from datetime import UTC, datetime
from uuid import UUID

NEVER_EXPIRES = datetime(9999, 12, 31, tzinfo=UTC)

_TIME_TEXT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d(\.\d{1,7})?( ?[+-]\d\d:\d\d|Z)?)?")
_SECONDS_END = len("2025-01-31T12:00:00")


def to_sql_time(moment: datetime) -> str:
    """Returns UTC text, which SQL Server reads as datetime2(3) and SQLite compares. A naive time counts as UTC."""
    in_utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return in_utc.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")


def from_sql_time(value: object) -> datetime:
    """Returns an aware UTC datetime, from SQLite's text or the ODBC driver's value for any type of date or time."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def from_sql_time_or_none(value: object | None) -> datetime | None:
    return None if value is None else from_sql_time(value)


def from_sql_expiry(value: object | None) -> datetime | None:
    """Returns None when the access never expires, which NULL also means."""
    expires_on = from_sql_time_or_none(value)
    return expires_on if expires_on and expires_on < NEVER_EXPIRES else None


def time_as_text(column: str, dialect: str) -> str:
    """Returns SQL for a time with all its digits, so that the column's own type can read it again in a comparison."""
    return f"CONVERT(nvarchar(33), {column}, 126)" if dialect == "mssql" else column


def check_time_text(text: str) -> str:
    """Raises ValueError for text that `time_as_text` never makes. Returns any other text."""
    if not _TIME_TEXT.fullmatch(text):
        raise ValueError("This is not a time as the database writes it.")
    datetime.fromisoformat(text[:_SECONDS_END])
    return text


def from_sql_uuid(value: object) -> str:
    """Returns lower-case UUID text. ODBC drivers hand out UNIQUEIDENTIFIER in upper case."""
    return str(UUID(str(value)))


def parse_int(text: str, bits: int = 32) -> int:
    """Returns a number for an INT column, or a BIGINT of 64 bits. Raises ValueError for larger ones, 1_2 and +1."""
    if not re.fullmatch(r"-?[0-9]+", text):
        raise ValueError("This is not a number.")
    number = int(text)
    if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise ValueError(f"This number has more than {bits} bits.")
    return number


def parse_uuid(text: str) -> str:
    """Returns the UUID in lower case. Raises ValueError for any spelling but the API's own."""
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        raise ValueError("This is not a UUID with four hyphens.")
    return text.lower()
