"""Decisions about the demo's requests: some were extended, one several times, and some may expire."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from access.platforms import Platform
from demo.requests import insert_reminder, insert_request, insert_rows, random_request
from sql.column_types import to_sql_time

OPERATOR = "dana.keller@contoso.com"
# One person's requests for the same access, each extended by the next: days until requested, days until expiry.
CHAINS = [
    [(-400, -250), (-256, -130), (-134, -12), (-15, 120)],
    [(-171, 9), (-2, 88)],
]
# An extended request had got these reminders, so many days before its expiry date.
SENT = {"30-Day Reminder": 30, "7-Day Reminder": 7}
LET_EXPIRE = 2


def load_decisions(connection: Connection, platform: Platform, now: datetime, chance: random.Random) -> None:
    for chain in CHAINS:
        _load_chain(connection, platform, now, chance, chain)
    _let_some_expire(connection, platform, now)


def _load_chain(
    connection: Connection,
    platform: Platform,
    now: datetime,
    chance: random.Random,
    chain: Sequence[tuple[int, int]],
) -> None:
    request = random_request(chance)
    email = request["requested_by_email"]
    moments = [(now + timedelta(days=start), now + timedelta(days=end)) for start, end in chain]
    before: int | str | None = None
    for number, (requested_on, expires_on) in enumerate(moments):
        is_last = number == len(moments) - 1
        times = {"requested_on": to_sql_time(requested_on), "expires_on": to_sql_time(expires_on)}
        status = "Active" if is_last else "Extended"
        request_id = insert_request(connection, platform, {**request, **times, "status": status}, chance)
        if before is not None:
            extension = {
                "Request_Id": before,
                "New_Request_Id": request_id,
                "Extended_Dt": to_sql_time(requested_on),
                "Extended_By": email if number % 2 else OPERATOR,
                "Extension_Number": number,
            }
            insert_rows(connection, platform.sql_names["extensions"], [extension])
        extended_at = now if is_last else moments[number + 1][0]
        for reminder, days in SENT.items():
            sent = expires_on - timedelta(days=days)
            if sent < extended_at:
                insert_reminder(connection, platform, request_id, reminder, email, sent)
        before = request_id


def _let_some_expire(connection: Connection, platform: Platform, now: datetime) -> None:
    """Lets the requests expire that end soonest, among those reminded before and not due for a reminder now."""
    names = platform.columns
    reminded = text(
        f"SELECT u.{names['id']}, u.{names['requested_by_email']} FROM {platform.requests} u "
        f"JOIN {platform.notifications} n ON n.{platform.notified_request} = u.{names['id']} "
        f"WHERE u.{names['status']} = 'Active' AND u.{names['expires_on']} > :later "
        f"ORDER BY u.{names['expires_on']}, u.{names['id']}"
    )
    rows = connection.execute(reminded, {"later": to_sql_time(now + timedelta(days=8))}).all()
    decided = [
        {"Request_Id": request_id, "Decided_Dt": to_sql_time(now - timedelta(hours=20)), "Decided_By": email}
        for request_id, email in rows[:LET_EXPIRE]
    ]
    insert_rows(connection, platform.sql_names["let_expire"], decided)
