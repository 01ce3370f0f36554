"""Cancellation: asks a run to stop, wherever it runs, or a chain to end."""

from enum import Enum, auto

from sqlalchemy import Connection

from jobs.run_records.chains import cancel_continuation
from jobs.run_records.job_run_helper import STALE, JobRunHelper
from sql.database import transaction_on
from sql.statements import statement


class CancelAnswer(Enum):
    """The answer to a request to cancel a run."""

    ACCEPTED = auto()
    ASKED_BEFORE = auto()  # someone else's request stands
    ENDED = auto()
    STALE = auto()  # dead: the next run takes over its lock
    UNKNOWN = auto()


def request_cancel(connection: Connection, job_id: str, cancelled_by: str) -> CancelAnswer:
    """Asks a live run to stop. It ends itself as Cancelled, wherever it runs. A queued run never starts.

    A run that has ended gets no follow-up run.
    """
    wish = {"job_id": job_id, "cancelled_by": cancelled_by, **STALE}
    with transaction_on(connection):
        accepted = connection.execute(statement("request_cancel", connection), wish).rowcount > 0
        accepted = accepted or connection.execute(statement("cancel_queued_run", connection), wish).rowcount > 0
    if accepted:
        return CancelAnswer.ACCEPTED
    run = JobRunHelper.get_run(connection, job_id)
    if run is None:
        return CancelAnswer.UNKNOWN
    if run.resumes_at and cancel_continuation(connection, run, cancelled_by):
        return CancelAnswer.ACCEPTED
    if run.status == "InProgress":
        return CancelAnswer.ASKED_BEFORE
    return CancelAnswer.ENDED if run.completed_at else CancelAnswer.STALE
