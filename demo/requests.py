"""Realistic requests, dated relative to now, with their reminders and revocations."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from access.platforms import DATABRICKS, Platform
from jobs.revocations.run import REVOKED_BY
from sql.column_types import NEVER_EXPIRES, to_sql_time

FIRST_NAMES = [
    "Alice",
    "Bruno",
    "Chidi",
    "Dana",
    "Elif",
    "Farid",
    "Grace",
    "Hana",
    "Ivan",
    "Julia",
    "Kofi",
    "Lena",
    "Marco",
    "Nadia",
    "Oscar",
    "Priya",
]
LAST_NAMES = [
    "Okafor",
    "Lindgren",
    "Moreau",
    "Tanaka",
    "Silva",
    "Novak",
    "Haddad",
    "Keller",
    "Osei",
    "Rossi",
    "Larsen",
    "Mehta",
    "Duarte",
    "Weber",
]
TABLES = {
    "sales": ["orders", "invoices", "customers"],
    "finance": ["ledger", "budget", "payroll_summary"],
    "supply": ["shipments", "stock_levels", "suppliers"],
    "clinical": ["trials", "adverse_events", "sites"],
}
REASONS = [
    "Quarterly revenue report for the board",
    "Forecast model for next season",
    "Audit of open invoices",
    "Migration of the old dashboards",
    "Root cause of late shipments",
    "Data quality checks before the close",
]
# How many requests of each kind a platform gets: (count, days until expiry from .. to, reminders on record, status).
KINDS: list[tuple[int, int, int, tuple[str, ...], str]] = [
    (8, 45, 300, (), "Active"),
    (8, 0, 0, (), "Active"),  # never expires
    (12, 9, 29, (), "Active"),
    (6, 9, 29, ("30-Day Reminder",), "Active"),
    (8, 2, 6, ("30-Day Reminder",), "Active"),
    (4, 2, 6, ("30-Day Reminder", "7-Day Reminder"), "Active"),
    (10, -20, -2, ("30-Day Reminder", "7-Day Reminder"), "Active"),
    (8, -5, -2, ("30-Day Reminder", "7-Day Reminder"), "Revoked"),
    (4, -200, -25, ("30-Day Reminder", "7-Day Reminder"), "Revoked"),
]


def insert_rows(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows that all have the same columns. Table and columns are constants of the code."""
    columns = list(rows[0])
    clause = text(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{c}' for c in columns)})")
    connection.execute(clause, list(rows))


def load_requests(connection: Connection, platform: Platform, now: datetime, chance: random.Random) -> None:
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    kinds = [kind for kind in KINDS for _ in range(kind[0])]
    chance.shuffle(kinds)
    for _, days_from, days_to, reminders, status in kinds:
        days = chance.randint(days_from, days_to)
        expires_on = noon + timedelta(days=days) if days_to else NEVER_EXPIRES
        requested_on = min(noon + timedelta(days=days - 180), now) - timedelta(minutes=chance.randint(1, 9000))
        request = {
            **random_request(chance),
            "requested_on": to_sql_time(requested_on),
            "expires_on": to_sql_time(expires_on),
        }
        request_id = insert_request(connection, platform, {**request, "status": status}, chance)
        email = request["requested_by_email"]
        for reminder in reminders:
            sent = min(expires_on - timedelta(days=int(reminder.split("-")[0])), now - timedelta(hours=5))
            insert_reminder(connection, platform, request_id, reminder, email, sent)
        if status == "Revoked":
            record = {platform.revoked_request: request_id, "Revoked_By": REVOKED_BY}
            revoked_on = to_sql_time(expires_on + timedelta(hours=18, minutes=20))
            insert_rows(connection, platform.revocations, [{**record, "Revoked_Dt": revoked_on}])


def random_request(chance: random.Random) -> dict[str, str]:
    name = f"{chance.choice(FIRST_NAMES)}.{chance.choice(LAST_NAMES)}".lower()
    schema = chance.choice(list(TABLES))
    return {
        "requested_by_email": f"{name}@contoso.com",
        "business_reason": chance.choice(REASONS),
        "catalog_name": chance.choice(["main", "analytics", "lakehouse"]),
        "schema_name": schema,
        "table_name": chance.choice(TABLES[schema]),
        "privilege": chance.choice(["SELECT", "SELECT", "SELECT", "MODIFY", "ALL PRIVILEGES"]),
        "resource_rid": f"ri.foundry.main.dataset.{UUID(int=chance.getrandbits(128), version=4)}",
        "role": chance.choice(["Viewer", "Viewer", "Viewer", "Editor", "Owner", "Discoverer"]),
    }


def insert_request(
    connection: Connection, platform: Platform, request: Mapping[str, str], chance: random.Random
) -> int | str:
    """Returns the id, which the database generates on Databricks and `chance` on Palantir."""
    own_id = {} if platform is DATABRICKS else {"id": str(UUID(int=chance.getrandbits(128), version=4))}
    values = {
        platform.columns[field]: value for field, value in {**own_id, **request}.items() if field in platform.columns
    }
    insert_rows(connection, platform.requests, [values])
    if own_id:
        return own_id["id"]
    newest: int = connection.execute(text(f"SELECT MAX(id) FROM {platform.requests}")).scalar_one()
    return newest


def insert_reminder(
    connection: Connection, platform: Platform, request_id: int | str, reminder: str, email: str, sent: datetime
) -> None:
    row = {
        platform.notified_request: request_id,
        "Notification_Type": reminder,
        "Notified_Email": email,
        "Notified_Dt": to_sql_time(sent),
    }
    insert_rows(connection, platform.notifications, [row])
