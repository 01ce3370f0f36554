"""Intents that a dead process has left, and how old they are."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from access.platforms import Platform
from access.platforms.platform import SqlId
from access.revocations.intents import record_intent
from access.revocations.records import Revoker
from sql.column_types import to_sql_time
from sql.database import Database


def intended(database: Database, platform: Platform) -> list[SqlId]:
    """The requests whose removal has no outcome on record."""
    with database.read() as connection:
        rows = connection.execute(text(f"SELECT Request_Id FROM {platform.sql_names['removal_intents']}"))
        return [platform.from_sql_id(request_id) for request_id in rows.scalars()]


def age_intents(database: Database, platform: Platform, *, minutes: int = 3) -> None:
    moment = to_sql_time(database.utc_now() - timedelta(minutes=minutes))
    with database.transaction() as connection:
        clause = text(f"UPDATE {platform.sql_names['removal_intents']} SET Began_Dt = :moment")
        connection.execute(clause, {"moment": moment})


def leave_intent(database: Database, platform: Platform, request_id: SqlId, by: Revoker) -> None:
    """As a process does that dies before its call."""
    with database.transaction() as connection:
        record_intent(connection, platform, str(uuid4()), [request_id], by, only_expired=False)
