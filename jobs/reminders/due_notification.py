"""DueNotification: one reminder that is due, by the database's clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import RowMapping

from access.addresses import without_blanks
from access.models import ReminderType
from access.platforms.platform import Platform, SqlId
from sql.column_types import from_sql_time


@dataclass(frozen=True, eq=False, slots=True)
class DueNotification:
    """One reminder that is due. `resource` describes the resource in words.

    If it `was_sent`, only its record is missing.
    """

    request_id: SqlId
    email: str | None
    days_left: int
    reminder: ReminderType
    expires_on: datetime
    has_ended: bool
    resource: str
    was_sent: bool = False

    @classmethod
    def from_row(cls, row: RowMapping, platform: Platform) -> Self:
        return cls(
            request_id=platform.from_sql_id(row["id"]),
            email=without_blanks(row["requested_by_email"]) or None,
            days_left=row["days_left"],
            reminder=row["due_reminder"],
            expires_on=from_sql_time(row["expires_on"]),
            has_ended=bool(row["has_ended"]),
            resource=platform.resource_text(row),
            was_sent=bool(row["was_sent"]),
        )
