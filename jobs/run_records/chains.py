"""Chains: runs with their follow-up runs, each recorded in the row of the run before it."""

from datetime import datetime

from sqlalchemy import Connection

from jobs.request import Link
from jobs.run_records.ending import WaitCode
from jobs.run_records.job_run_helper import STALE, JobRun, change_run, find_run
from sql.column_types import to_sql_time
from sql.database import Database
from sql.statements import statement


def record_successor(
    database: Database, job_id: str, *, resumes_at: datetime | None = None, wait_reason: WaitCode | None = None
) -> None:
    """Records when the follow-up run of an ended run begins, or why none does.

    Raises DatabaseUnavailableError.
    """
    parameters = {
        "job_id": job_id,
        "resumes_at": to_sql_time(resumes_at) if resumes_at else None,
        "wait_reason": wait_reason,
    }
    with database.connect() as connection:
        change_run(connection, "record_successor", parameters)


def cancel_continuation(connection: Connection, run: JobRun, cancelled_by: str) -> bool:
    """Cancels the follow-up run of an ended run. Returns False if it has already begun."""
    parameters = {"job_id": run.job_id, "cancelled_by": cancelled_by, "wait_reason": WaitCode.CANCELLED}
    return change_run(connection, "cancel_continuation", parameters)


def find_continuation(connection: Connection, job_id: str) -> JobRun | None:
    """Returns the newest follow-up run of this run."""
    return find_run(connection, "find_continuation", job_id=job_id, limit=1)


def list_chain(connection: Connection, job_id: str) -> list[JobRun]:
    """Returns the runs of a run's chain in their order, inside the caller's transaction."""
    rows = connection.execute(statement("list_chain", connection), {**STALE, "job_id": job_id})
    return [JobRun.from_row(row) for row in rows.mappings()]


def chain_before(connection: Connection, link: Link) -> list[str]:
    """Returns the ids of the runs that a link continues."""
    return chain_of(connection, link.continues_job_id) if link.continues_job_id else []


def chain_of(connection: Connection, job_id: str) -> list[str]:
    """Returns the ids of a run's chain, or only its own id if its history has been pruned."""
    return [run.job_id for run in list_chain(connection, job_id)] or [job_id]
