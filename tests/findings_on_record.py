"""The findings on record, as tests read them."""

from typing import Any

from sqlalchemy import text

from access.platforms.platform import SqlId
from sql.database import Database


def findings(database: Database, *, ended: bool = False) -> list[dict[str, Any]]:
    """Those that are open or, with `ended`, those that have ended; in the order in which they were found."""
    which = "IS NOT NULL" if ended else "IS NULL"
    with database.read() as connection:
        rows = connection.execute(text(f"SELECT * FROM AccessFinding WHERE Ended_Dt {which} ORDER BY id"))
        return [dict(row) for row in rows.mappings()]


def kinds_of(database: Database, request_id: SqlId) -> list[str]:
    return [each["Kind"] for each in findings(database) if each["Request_Id"] == str(request_id)]
