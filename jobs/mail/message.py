"""The reminder: which one is due to whom, and the e-mail that says so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import RowMapping

from access.models import ReminderType
from access.platforms import Platform
from sql.column_types import from_sql_time


@dataclass(frozen=True)
class DueNotification:
    """One reminder that is due. `resource` says in words what the access is to."""

    request_id: int | str
    email: str
    days_left: int
    reminder: ReminderType
    expires_on: datetime
    resource: str

    @classmethod
    def from_row(cls, row: RowMapping, platform: Platform) -> Self:
        return cls(
            request_id=platform.from_sql_id(row["id"]),
            email=row["requested_by_email"],
            days_left=row["days_left"],
            reminder=row["due_reminder"],
            expires_on=from_sql_time(row["expires_on"]),
            resource=" / ".join(str(row[field]) for field in platform.resource_fields),
        )


@dataclass(frozen=True)
class ReminderEmail:
    """A plain-text mail; `message_key` is the same whenever the same reminder is sent."""

    to: str
    subject: str
    text: str
    message_key: str


def compose_reminder(notification: DueNotification, platform: Platform) -> ReminderEmail:
    when = {0: "today", 1: "tomorrow"}.get(notification.days_left, f"in {notification.days_left} days")
    return ReminderEmail(
        to=notification.email,
        subject=f"Your {platform.title} access expires {when}",
        text=(
            f"Your access on {platform.title} expires {when}, on {notification.expires_on:%Y-%m-%d %H:%M} UTC.\n\n"
            f"What expires: {notification.resource}\n"
            f"Request: {notification.request_id}\n\n"
            "If you still need it, make a new access request before then. If not, you need do nothing.\n"
        ),
        message_key=f"{platform.key}-{notification.request_id}-{notification.reminder.split()[0]}",
    )
