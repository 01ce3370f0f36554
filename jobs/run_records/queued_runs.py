"""Queued runs: promised and on record, but without a lock until a message from a queue starts them."""

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from jobs.request import RunRequest
from jobs.run_records.job_run_helper import (
    STALE,
    STALE_AFTER_MINUTES,
    JobRun,
    JobRunHelper,
    acquire_lock,
    change_run,
    find_run,
)
from sql.database import transaction_on
from sql.errors import is_unique_violation
from sql.schema import ONE_PROMISE_PER_TYPE
from sql.statements import statement


def queue_run(connection: Connection, job_id: str, started_by: str, request: RunRequest) -> bool:
    """Puts a run on record that waits for a queue to start it. `started_by` is the server that promised it.

    Returns False if another run of its type is waiting. One that has waited for too long is marked Failed instead.
    """
    run = {
        "job_id": job_id,
        "job_type": str(request.job_type),
        "started_by": started_by,
        "triggered_by": request.triggered_by,
        "trigger_kind": request.trigger,
    }
    lost = f"It did not start within {STALE_AFTER_MINUTES} minutes. Start the job again."
    try:
        with transaction_on(connection):
            connection.execute(
                statement("fail_lost_queued_runs", connection),
                {"job_type": run["job_type"], "error_message": lost, **STALE},
            )
            connection.execute(statement("queue_run", connection), run)
    except IntegrityError as error:
        if not is_unique_violation(error, ONE_PROMISE_PER_TYPE):
            raise
        return False
    return True


def try_start_queued_run(
    connection: Connection, job_id: str, job_type: str, started_by: str, *, may_be_taken: bool = False
) -> bool:
    """Takes the lock for a queued run. Returns False if a live run holds it, or the run no longer waits.

    A run that has already started counts as the caller's own only if this server started it. `may_be_taken` must also
    say that the caller has tried to.
    """
    run = {"job_id": job_id, "job_type": job_type, "started_by": started_by}
    if acquire_lock(connection, "acquire_lock_for_queued_run", run):
        return True
    own_run = JobRunHelper.get_run(connection, job_id) if may_be_taken else None
    return own_run is not None and own_run.started_by == started_by and own_run.status == "InProgress"


def find_queued_run(connection: Connection, job_type: str) -> JobRun | None:
    """Returns the run of `job_type` that waits to be started."""
    return find_run(connection, "find_queued_run", job_type=job_type, limit=1)


def fail_queued_run(connection: Connection, job_id: str, error_message: str) -> None:
    """Ends a run that could not be started. Changes nothing if it has started."""
    change_run(connection, "fail_queued_run", {"job_id": job_id, "error_message": error_message})


def forget_queued_run(connection: Connection, job_id: str) -> None:
    """Deletes a queued run that its caller was not promised after all."""
    with transaction_on(connection):
        connection.execute(statement("delete_queued_run", connection), {"job_id": job_id})
