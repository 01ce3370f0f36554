"""How a run that leaves work untried wakes the run that goes on with it."""

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from config.context import AppContext
from config.storage_queues import MAX_DELAY_SECONDS, QueueUnavailableError, send_message
from jobs.runs.job_run_helper import STALE, JobRun, JobRunHelper, change_run, find_run
from jobs.runs.messages import CONTINUATIONS, Continuation
from jobs.runs.request import Link, RunRequest
from sql.column_types import to_sql_time
from sql.database import Database
from sql.errors import DatabaseUnavailableError
from sql.statements import statement

# Of a chain that had to pause for an hour each time, two days; then the next schedule takes the rest.
MAX_LINKS = 48
# How the sentence of a run begins that says when its chain goes on, and what stands there once that is cancelled.
GOES_ON = "It goes on by itself from"
WAITS_FOR_SCHEDULE = "The rest waits for the next schedule"

logger = logging.getLogger(__name__)


def wake_successor(context: AppContext, request: RunRequest, job_id: str, resume_after_seconds: float) -> None:
    """Asks for the run that goes on where this one stopped, within a day however long a service says to wait.

    This one has ended, and a queue that is down cannot change that: a failure is logged, and noted with the run.
    """
    if not context.settings.has_queues:
        return
    if request.link.number >= MAX_LINKS:
        _note(context, job_id, f"{WAITS_FOR_SCHEDULE}: the chain has gone on {MAX_LINKS} times.")
        return
    delay_seconds = min(resume_after_seconds, MAX_DELAY_SECONDS)
    message = Continuation(job_type=str(request.job_type), after_job_id=UUID(job_id), attempt=request.link.number + 1)
    try:
        send_message(context.settings, CONTINUATIONS, message.to_text(), delay_seconds=delay_seconds)
    except QueueUnavailableError:
        logger.exception("Nothing continues run %s before the next schedule", job_id)
        _note(context, job_id, f"{WAITS_FOR_SCHEDULE}: the queue could not be reached.")
        return
    resumes_at = datetime.now(UTC) + timedelta(seconds=delay_seconds)
    _note(context, job_id, f"{GOES_ON} {resumes_at:%H:%M} UTC.", resumes_at)


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


def _note(context: AppContext, job_id: str, note: str, resumes_at: datetime | None = None) -> None:
    try:
        note_on_run(context.run_database, job_id, note, resumes_at)
    except (SQLAlchemyError, DatabaseUnavailableError):
        logger.exception("Run %s is left without the note: %s", job_id, note)
