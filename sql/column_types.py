"""Converts values on their way through the driver, the same on both databases.

Times go in as UTC text with milliseconds and come out as aware datetimes. UUIDs come out as lower-case text.
SQLite may hold texts of other programs that cannot be read as times. They come out as None, or as they were written.
"""

import re
from datetime import UTC, datetime
from uuid import UUID

NEVER_EXPIRES = datetime(9999, 12, 31, tzinfo=UTC)

_TIME_TEXT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d(\.\d{1,7})?( ?[+-]\d\d:\d\d|Z)?)?")
_SECONDS_END = len("2025-01-31T12:00:00")
# SQLite's columns have the app's own form. Only SQL Server writes an offset.
_STORED_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.([0-9]{3}|[0-9]{1,7} ?[+-][0-9]{2}:[0-9]{2})"
)
_MAX_WRITTEN_CHARACTERS = 64
# A cursor marks a value that cannot be read as a time, and carries its bytes.
_WRITTEN_TEXT, _WRITTEN_BYTES = "?t", "?b"


def to_sql_time(moment: datetime) -> str:
    """Returns UTC text, which SQL Server reads as datetime2(3) and SQLite compares. A naive time counts as UTC."""
    in_utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return in_utc.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")


def from_sql_time(value: object) -> datetime:
    """Returns an aware UTC datetime, from SQLite's text or the ODBC driver's value for any type of date or time.

    Raises ValueError if the value cannot be read, by the same rule as the statements on SQLite.
    """
    if isinstance(value, str | bytes) and not (isinstance(value, str) and _STORED_TIME.fullmatch(value)):
        raise ValueError("This is not a time as the database stores it.")
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def from_sql_time_or_none(value: object | None) -> datetime | None:
    """Returns None for NULL, and for a value that cannot be read."""
    try:
        return None if value is None else from_sql_time(value)
    except (ValueError, OverflowError):
        return None


def unreadable_as_written(value: object | None) -> str | None:
    """Returns the beginning of a value that cannot be read as a time, or None for NULL and a time."""
    if value is None or from_sql_time_or_none(value) is not None:
        return None
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return text[:_MAX_WRITTEN_CHARACTERS]


def from_sql_expiry(value: object | None) -> datetime | None:
    """Returns None when the access never expires, which NULL also means, and when the date cannot be read."""
    expires_on = from_sql_time_or_none(value)
    return expires_on if expires_on and expires_on < NEVER_EXPIRES else None


def time_as_text(column: str, dialect: str) -> str:
    """Returns SQL for a time with all its digits, so that the column's own type can read it again in a comparison."""
    return f"CONVERT(nvarchar(33), {column}, 126)" if dialect == "mssql" else column


def to_time_key(value: object) -> str:
    """Returns a time as a cursor carries it, also a value that cannot be read as one."""
    if isinstance(value, bytes):
        return _WRITTEN_BYTES + value.hex()
    text = str(value)
    return text if _is_time_text(text) else _WRITTEN_TEXT + text.encode().hex()


def from_time_key(text: str) -> str | bytes:
    """Returns what `to_time_key` was given. Raises ValueError for a text that it never makes."""
    mark, rest = text[: len(_WRITTEN_TEXT)], text[len(_WRITTEN_TEXT) :]
    if mark == _WRITTEN_BYTES:
        return bytes.fromhex(rest)
    return bytes.fromhex(rest).decode() if mark == _WRITTEN_TEXT else check_time_text(text)


def parse_time_key(text: str) -> str:
    """Returns the text if `to_time_key` may have made it. Raises ValueError for any other."""
    from_time_key(text)
    return text


def time_text(key: str) -> str:
    """Returns the time of a cursor's key for SQL Server. It stores only times, so a key of anything else is forged."""
    return key if _is_time_text(key) else to_sql_time(datetime.min)  # noqa: DTZ901  UTC


def _is_time_text(text: str) -> bool:
    try:
        check_time_text(text)
    except ValueError:
        return False
    return True


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
