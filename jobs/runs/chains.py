"""Runs that continue one another: what the chain of a run is, and what stands with it about its next."""

from datetime import datetime

from sqlalchemy import Connection

from jobs.runs.job_run_helper import STALE, JobRun, JobRunHelper, change_run, find_run
from jobs.runs.request import Link
from sql.column_types import to_sql_time
from sql.database import Database
from sql.statements import statement

# How the sentence of a run begins that says when its chain goes on, and what stands there once that is cancelled.
GOES_ON = "It goes on by itself from"
WAITS_FOR_SCHEDULE = "The rest waits for the next schedule"


def note_on_run(database: Database, job_id: str, note: str, resumes_at: datetime | None = None) -> None:
    """Adds a sentence to what a run that has ended says of itself, once; `resumes_at` is when it is continued.

    Raises DatabaseUnavailableError.
    """
    with database.connect() as connection:
        run = JobRunHelper.get_run(connection, job_id)
        if run and note not in (run.error_message or ""):
            message = f"{run.error_message or ''} {note}".strip()
            moment = to_sql_time(resumes_at) if resumes_at else None
            change_run(connection, "set_note", job_id, message, resumes_at=moment)


def cancel_continuation(connection: Connection, run: JobRun, cancelled_by: str) -> bool:
    """Whether no run has begun to continue it."""
    before, _, _ = (run.error_message or "").partition(GOES_ON)
    message = f"{before}{WAITS_FOR_SCHEDULE}: its continuation was cancelled."
    return change_run(connection, "cancel_continuation", run.job_id, message, cancelled_by=cancelled_by)


def find_continuation(connection: Connection, job_id: str) -> JobRun | None:
    """The newest run that goes on where this one stopped."""
    return find_run(connection, "find_continuation", job_id=job_id, limit=1)


def list_chain(connection: Connection, job_id: str) -> list[JobRun]:
    """The run with all that it continues and that continue it, in their order; within the caller's reading."""
    rows = connection.execute(statement("list_chain", connection), {**STALE, "job_id": job_id})
    return [JobRun.from_row(row) for row in rows.mappings()]


def chain_before(connection: Connection, link: Link) -> list[str]:
    """The runs that a link continues."""
    return chain_of(connection, link.continues_job_id) if link.continues_job_id else []


def chain_of(connection: Connection, job_id: str) -> list[str]:
    """The run with all that it continues and that continue it; by itself when it is not on record any more."""
    return [run.job_id for run in list_chain(connection, job_id)] or [job_id]
