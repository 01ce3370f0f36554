"""The e-mail that reminds."""

from dataclasses import dataclass

from access.platforms import Platform
from jobs.due_notifications import DueNotification


@dataclass(frozen=True)
class ReminderEmail:
    """A plain-text mail; `message_key` is the same whenever the same reminder is sent."""

    to: str
    subject: str
    text: str
    message_key: str


def compose_reminder(due: DueNotification, to: str, platform: Platform) -> ReminderEmail:
    when = {0: "today", 1: "tomorrow"}.get(due.days_left, f"in {due.days_left} days")
    expires, make_request = "expires", "make a new access request before then"
    if due.has_ended:
        expires, make_request = "expired", "make a new access request"
    return ReminderEmail(
        to=to,
        subject=f"Your {platform.title} access {expires} {when}",
        text=(
            f"Your access on {platform.title} {expires} {when}, on {due.expires_on:%Y-%m-%d %H:%M} UTC.\n\n"
            f"What {expires}: {due.resource}\n"
            f"Request: {due.request_id}\n\n"
            f"If you still need it, {make_request}. If not, you need do nothing.\n"
        ),
        message_key=f"{platform.key}-{due.request_id}-{due.reminder.split()[0]}",
    )
