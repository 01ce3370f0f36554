"""The findings on record, as tests read them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from access.platforms.platform import SqlId
from sql.column_types import to_sql_time
from sql.database import Database
from tests.rows import now


def findings(database: Database, *, ended: bool = False) -> list[dict[str, Any]]:
    """Those that are open or, with `ended`, those that have ended; in the order in which they were found."""
    which = "IS NOT NULL" if ended else "IS NULL"
    with database.read() as connection:
        rows = connection.execute(text(f"SELECT * FROM AccessFinding WHERE Ended_Dt {which} ORDER BY id"))
        return [dict(row) for row in rows.mappings()]


def kinds_of(database: Database, request_id: SqlId) -> list[str]:
    return [each["Kind"] for each in findings(database) if each["Request_Id"] == str(request_id)]


def leave_act(database: Database, finding_id: int, *, by: str, reason: str) -> None:
    """As a process does that died between its call and its record, three minutes ago."""
    values = {"id": finding_id, "by": by, "reason": reason}
    with database.transaction() as connection:
        moment = to_sql_time(now(connection) - timedelta(minutes=3))
        clause = text(
            "UPDATE AccessFinding SET Act_Kind = 'takeAway', Act_Began_Dt = :moment, Act_Began_By = :by, "
            "Act_Reason = :reason WHERE id = :id"
        )
        connection.execute(clause, {**values, "moment": moment})
