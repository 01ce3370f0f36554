"""Dates as other programs write them into a SQLite file, and how they get there."""

import sqlite3

READABLE = {
    "2026-01-05T10:00:00Z": "2026-01-05 10:00:00.000",
    "2026-01-05T10:00:00": "2026-01-05 10:00:00.000",
    "2026-01-05T10:00:00+02:00": "2026-01-05 08:00:00.000",
    "2026-01-05T10:00:00 -05:30": "2026-01-05 15:30:00.000",
    "2026-01-05 10:00:00+02": "2026-01-05 08:00:00.000",
    "2026-01-05T10:00:00-0500": "2026-01-05 15:00:00.000",
    "2026-01-05T10:00": "2026-01-05 10:00:00.000",
    "2026-01-05 10:00Z": "2026-01-05 10:00:00.000",
    "2026-01-05": "2026-01-05 00:00:00.000",
    "2026-01-05T10:00:00.123456789Z": "2026-01-05 10:00:00.123",
    "2026-01-05T10:00:00,5Z": "2026-01-05 10:00:00.500",
    "2026-01-05t10:00:00z": "2026-01-05 10:00:00.000",
    "2026-01-05 10:00:00.000  \r\n": "2026-01-05 10:00:00.000",
    "2024-02-29": "2024-02-29 00:00:00.000",
    "9999-12-31T23:59:59.9999999Z": "9999-12-31 00:00:00.000",
    "9999-12-31T23:59:59-05:00": "9999-12-31 00:00:00.000",
}
UNREADABLE: tuple[object, ...] = (
    "",
    "   ",
    "soon",
    "now",
    "2026-1-5",
    "20260105",
    "2026-02-30",
    "2025-02-29",
    "2026-13-01",
    "2026-01-05T24:00:00",
    "2026-01-05 10:60",
    "2026-01-05 10:00:61",
    "2026-01-05T10",
    "2026-01-05 10:00:00 CET",
    "2026-W01-1",
    "05.01.2026",
    "01/05/2026",
    "Jan 5 2026",
    "0000-01-01",
    "0001-01-01T00:00+02:00",
    "10000-01-01",
    "-2026-01-05",
    "12:00",
    "\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0665",  # digits of another script
    1767571200,
    1767571200.5,
    2461045.5,
    b"2026-01-05",
    b"2026-01-05 10:00:00.000",
)


def add_delta_request(file: sqlite3.Connection, expires_on: object, email: str = "alice@test.com") -> int:
    """Stores an active request as another program would, and returns its id."""
    added = file.execute(
        "INSERT INTO DataAccessDeltaRequests (requested_by_email, Catalog_Name, Schema_Name, Table_Name, Privilege, "
        "Business_Reason, Requested_On, Expires_On) VALUES (?, 'main', 'sales', 'orders', 'SELECT', 'why', "
        "'2026-01-01 00:00:00.000', ?)",
        [email, expires_on],
    )
    return int(added.lastrowid or 0)


def without_triggers(file: sqlite3.Connection) -> list[str]:
    """Makes the file take any value, as a file of an earlier version does. Returns the triggers' definitions."""
    triggers = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        file.execute(f"DROP TRIGGER {name}")
    return [definition for _, definition in triggers]
