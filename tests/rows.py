"""Rows that tests put into the database and read back, relative to the database's own clock."""

import time
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, text

from access.platforms import PLATFORMS, Platform
from jobs.job_types import JOB_TYPES_BY_NAME
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.runs.report import note_of_run
from sql.column_types import NEVER_EXPIRES, from_sql_time, from_sql_uuid, to_sql_time
from sql.database import Database, snapshot_on

# SQL Server's clock ticks in thirds of a hundredth of a second; columns keep milliseconds.
FINDINGS = ("AccessFindingAct", "AccessFinding")
CLOCK_GRAIN = timedelta(milliseconds=4)
_RESOURCES = {
    "catalog_name": "sales",
    "schema_name": "orders",
    "table_name": "lines",
    "privilege": "SELECT",
    "resource_rid": "ri.foundry.main.dataset.0a1b",
    "role": "Viewer",
    "business_reason": "Quarterly report",
}


def add_request(
    database: Database,
    platform: Platform,
    *,
    expires_on: datetime = NEVER_EXPIRES,
    email: str = "alice@test.com",
    status: str = "Active",
    **fields: Any,
) -> int | str:
    """Stores one request as given and returns its id."""
    return add_requests(database, platform, [{"expires_on": expires_on, "email": email, "status": status, **fields}])[0]


def add_requests(database: Database, platform: Platform, requests: list[dict[str, Any]]) -> list[int | str]:
    """Stores many requests; each may leave out what `add_request` has defaults for."""
    fields = [field for field in platform.columns if field != "id" or not platform.id_is_generated_by_database]
    columns = ", ".join(platform.columns[field] for field in fields)
    insert = text(f"INSERT INTO {platform.requests} ({columns}) VALUES ({', '.join(f':{field}' for field in fields)})")
    ids: list[int | str] = []
    with database.transaction() as connection:
        requested_on = to_sql_time(now(connection))
        for request in requests:
            row = {
                "id": str(uuid4()),
                "requested_by_email": request.get("email", "alice@test.com"),
                "status": request.get("status", "Active"),
                "requested_on": to_sql_time(request["requested_on"]) if "requested_on" in request else requested_on,
                "expires_on": to_sql_time(request.get("expires_on", NEVER_EXPIRES)),
                **{field: request.get(field, value) for field, value in _RESOURCES.items()},
            }
            connection.execute(insert, {field: row[field] for field in fields})
            ids.append(row["id"])
        if platform.id_is_generated_by_database:
            newest = connection.execute(
                text(f"SELECT {platform.columns['id']} FROM {platform.requests} ORDER BY {platform.columns['id']}")
            ).scalars()
            ids = list(newest)[-len(requests) :]
    return ids


def now(connection: Connection) -> datetime:
    return from_sql_time(connection.execute(text("SELECT GETUTCDATE()")).scalar_one())


def today(database: Database) -> datetime:
    """Midnight of the database's day; waits when the day is about to end, so that a test sees one day only."""
    while True:
        moment = database.utc_now()
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        left = (midnight + timedelta(days=1) - moment).total_seconds()
        if left > 30:
            return midnight
        time.sleep(left)


def wait_for_calm_minute(database: Database) -> None:
    """DATEDIFF counts minute boundaries: a test of the stale rule must not straddle one."""
    while (second := database.utc_now().second) > 55:
        time.sleep(61 - second)


def reminders(database: Database, platform: Platform, request_id: int | str) -> list[str]:
    """The reminders on record for a request, in the order of recording."""
    with database.read() as connection:
        rows = connection.execute(
            text(
                f"SELECT Notification_Type FROM {platform.notifications} "
                f"WHERE {platform.notified_request} = :id ORDER BY id"
            ),
            {"id": request_id},
        )
        return list(rows.scalars())


def add_reminder(
    database: Database,
    platform: Platform,
    request_id: int | str,
    reminder: str,
    *,
    moment: datetime | None = None,
    job_id: str | None = None,
) -> None:
    with database.transaction() as connection:
        row = {
            platform.notified_request: request_id,
            "Notification_Type": reminder,
            "Notified_Email": "alice@test.com",
            "Notified_Dt": moment or now(connection),
            "Job_Id": job_id,
        }
        _insert(connection, platform.notifications, row)


def delete_request(database: Database, platform: Platform, request_id: int | str) -> None:
    with database.transaction() as connection:
        clause = text(f"DELETE FROM {platform.requests} WHERE {platform.columns['id']} = :id")
        connection.execute(clause, {"id": request_id})


def set_status(database: Database, platform: Platform, request_id: int | str, status: str) -> None:
    columns = platform.columns
    clause = text(f"UPDATE {platform.requests} SET {columns['status']} = :status WHERE {columns['id']} = :id")
    with database.transaction() as connection:
        connection.execute(clause, {"status": status, "id": request_id})


def set_expiry(database: Database, platform: Platform, request_id: int | str, expires_on: datetime) -> None:
    columns = platform.columns
    clause = text(f"UPDATE {platform.requests} SET {columns['expires_on']} = :moment WHERE {columns['id']} = :id")
    with database.transaction() as connection:
        connection.execute(clause, {"moment": to_sql_time(expires_on), "id": request_id})


def status_of(database: Database, platform: Platform, request_id: int | str) -> str:
    with database.read() as connection:
        return str(
            connection.execute(
                text(
                    f"SELECT {platform.columns['status']} FROM {platform.requests} WHERE {platform.columns['id']} = :id"
                ),
                {"id": request_id},
            ).scalar_one()
        )


def revocation_count(database: Database, platform: Platform, request_id: int | str) -> int:
    with database.read() as connection:
        return int(
            connection.execute(
                text(f"SELECT COUNT(*) FROM {platform.revocations} WHERE {platform.revoked_request} = :id"),
                {"id": request_id},
            ).scalar_one()
        )


def add_run(database: Database, job_type: object, **columns: Any) -> str:
    """Stores one run, by default one that has just completed, and returns its id; times may be given as datetimes."""
    with database.transaction() as connection:
        moment = now(connection)
        row = {
            "Job_Id": str(uuid4()),
            "Job_Type": str(job_type),
            "Status": "Completed",
            "Started_At": moment,
            "Started_By": "test server",
            "Completed_At": columns.get("Started_At", moment),
            **columns,
        }
        _insert(connection, "JobRun", row)
    return str(row["Job_Id"])


def add_failure(
    database: Database,
    job_id: str,
    request_id: int | str,
    *,
    attempted: str = "30-Day Reminder",
    email: str | None = "alice@test.com",
    error: str = "mailbox full",
    failed_at: datetime | None = None,
) -> None:
    with database.transaction() as connection:
        row = {
            "Job_Id": job_id,
            "Request_Id": str(request_id),
            "Attempted": attempted,
            "Email": email,
            "Error_Message": error,
            "Failed_At": failed_at or now(connection),
        }
        _insert(connection, "JobRunFailure", row)


def add_revocation(
    database: Database,
    platform: Platform,
    request_id: int | str,
    *,
    moment: datetime | None = None,
    revoked_by: str = "System - Scheduled Expiry Job",
    job_id: str | None = None,
    outcome: str | None = None,
) -> None:
    with database.transaction() as connection:
        row = {
            platform.revoked_request: request_id,
            "Revoked_Dt": moment or now(connection),
            "Revoked_By": revoked_by,
            "Job_Id": job_id,
            "Outcome": outcome,
        }
        _insert(connection, platform.revocations, row)


def add_extension(
    database: Database,
    platform: Platform,
    request_id: int | str,
    new_id: int | str,
    *,
    moment: datetime | None = None,
    by: str = "Anna",
    number: int = 1,
) -> None:
    with database.transaction() as connection:
        row = {
            "Request_Id": request_id,
            "New_Request_Id": new_id,
            "Extended_Dt": moment or now(connection),
            "Extended_By": by,
            "Extension_Number": number,
        }
        _insert(connection, platform.sql_names["extensions"], row)


def add_let_expire(
    database: Database,
    platform: Platform,
    request_id: int | str,
    *,
    moment: datetime | None = None,
    by: str = "Anna",
    undone_at: datetime | None = None,
    undone_by: str | None = None,
) -> None:
    with database.transaction() as connection:
        row = {
            "Request_Id": request_id,
            "Decided_Dt": moment or now(connection),
            "Decided_By": by,
            "Undone_Dt": undone_at,
            "Undone_By": undone_by,
        }
        _insert(connection, platform.sql_names["let_expire"], row)


def _insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    values = {name: to_sql_time(value) if isinstance(value, datetime) else value for name, value in row.items()}
    clause = text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})")
    connection.execute(clause, values)


def age_heartbeat(database: Database, job_id: str, *, minutes: int) -> None:
    """As if the run had given its last sign of life that long ago."""
    with database.transaction() as connection:
        moment = to_sql_time(now(connection) - timedelta(minutes=minutes))
        connection.execute(
            text("UPDATE JobRun SET Heartbeat_At = :moment, Started_At = :moment WHERE Job_Id = :id"),
            {"moment": moment, "id": job_id},
        )


def run_of(database: Database, job_id: str) -> JobRun:
    with database.read() as connection:
        run = JobRunHelper.get_run(connection, job_id)
    assert run is not None
    return run


def note_of(run: JobRun) -> str | None:
    """As the API tells it."""
    return note_of_run(JOB_TYPES_BY_NAME[run.job_type].kind, run)


def recent_runs(connection: Connection, limit: int) -> list[JobRun]:
    """The newest runs of all types, newest first."""
    with snapshot_on(connection):
        ids = connection.execute(text("SELECT Job_Id FROM JobRun ORDER BY Started_At DESC")).scalars().all()
    runs = [JobRunHelper.get_run(connection, from_sql_uuid(job_id)) for job_id in ids[:limit]]
    return [run for run in runs if run]


def empty_tables(database: Database) -> None:
    """Deletes every row, records first."""
    tables = [table for platform in PLATFORMS for table in (platform.notifications, platform.revocations)]
    tables += [
        platform.sql_names[name]
        for platform in PLATFORMS
        for name in ("extensions", "let_expire", "removal_intents", "given_access", "creations")
    ]
    with database.transaction() as connection:
        tables += [*(platform.requests for platform in PLATFORMS), "JobRunFailure", "JobRun", "ConnectionCheck"]
        for table in [*tables, *FINDINGS]:
            connection.execute(text(f"DELETE FROM {table}"))
