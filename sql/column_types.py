"""How values cross the driver, the same on both databases.

Times go in as UTC text with milliseconds and come out as aware datetimes; UUIDs come out as lower-case text.
"""

from datetime import UTC, datetime
from uuid import UUID

NEVER_EXPIRES = datetime(9999, 12, 31, tzinfo=UTC)


def to_sql_time(moment: datetime) -> str:
    """UTC text that SQL Server reads as datetime2(3) and SQLite compares as such; a naive time counts as UTC."""
    in_utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return in_utc.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")


def from_sql_time(value: object) -> datetime:
    """An aware UTC datetime, from SQLite's text or the naive datetime of an ODBC driver."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=UTC)


def from_sql_time_or_none(value: object | None) -> datetime | None:
    return None if value is None else from_sql_time(value)


def from_sql_uuid(value: object) -> str:
    """Lower-case UUID text; ODBC drivers hand out UNIQUEIDENTIFIER in upper case."""
    return str(UUID(str(value)))
