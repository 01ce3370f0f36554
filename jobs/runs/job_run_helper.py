"""JobRunHelper: the JobRun table, which holds one lock per job type and the history of all runs.

Every method commits before it returns, except `renew` and `report_progress`, which belong to their caller's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Self

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from jobs.runs.request import RunRequest
from sql.column_types import from_sql_time, from_sql_time_or_none, from_sql_uuid, to_sql_time
from sql.database import snapshot_on, transaction_on
from sql.errors import is_unique_violation
from sql.schema import ONE_PROMISE_PER_TYPE, ONE_RUN_PER_TYPE
from sql.statements import statement

# A run whose heartbeat is older than this has lost its lock (in minute boundaries crossed, as DATEDIFF counts).
STALE_AFTER_MINUTES = 10
MAX_ERROR_MESSAGE_CHARACTERS = 4000
# How the sentence of a run begins that says when its chain goes on, and what stands there once that is cancelled.
GOES_ON = "It goes on by itself from"
WAITS_FOR_SCHEDULE = "The rest waits for the next schedule"


@dataclass(frozen=True)
class JobRun:
    """One row of JobRun; a stale run reads as Abandoned. Times are UTC."""

    job_id: str
    job_type: str
    status: str
    started_at: datetime
    started_by: str
    triggered_by: str | None
    trigger_kind: str | None
    heartbeat_at: datetime | None
    completed_at: datetime | None
    total_count: int | None
    processed_count: int | None
    failed_count: int | None
    error_message: str | None
    cancelled_by: str | None
    continues_job_id: str | None
    resumes_at: datetime | None

    @property
    def left_count(self) -> int | None:
        """What it found to do and has not done; None while that is not known."""
        if self.total_count is None:
            return None
        return max(0, self.total_count - (self.processed_count or 0) - (self.failed_count or 0))

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        return cls(
            job_id=from_sql_uuid(row["Job_Id"]),
            job_type=row["Job_Type"],
            status=row["Status"],
            started_at=from_sql_time(row["Started_At"]),
            started_by=row["Started_By"],
            triggered_by=row["Triggered_By"],
            trigger_kind=row["Trigger_Kind"],
            heartbeat_at=from_sql_time_or_none(row["Heartbeat_At"]),
            completed_at=from_sql_time_or_none(row["Completed_At"]),
            total_count=row["Total_Count"],
            processed_count=row["Processed_Count"],
            failed_count=row["Failed_Count"],
            error_message=row["Error_Message"],
            cancelled_by=row["Cancelled_By"],
            continues_job_id=row["Continues_Job_Id"] and from_sql_uuid(row["Continues_Job_Id"]),
            resumes_at=from_sql_time_or_none(row["Resumes_At"]),
        )


@dataclass(frozen=True)
class Renewal:
    """The lock is still held. `cancelled_by` is who has asked the run to stop."""

    cancelled_by: str | None


class CancelOutcome(Enum):
    """What became of the wish to cancel a run."""

    ACCEPTED = auto()
    ASKED_BEFORE = auto()  # somebody else's wish stands
    ENDED = auto()
    STALE = auto()  # dead: the next run takes over its lock
    UNKNOWN = auto()


class JobRunHelper:
    """All methods raise DatabaseUnavailableError when the database does not answer."""

    @staticmethod
    def try_acquire_lock(
        connection: Connection,
        job_id: str,
        job_type: str,
        started_by: str,
        request: RunRequest | None = None,
        *,
        may_be_taken: bool = False,
    ) -> bool:
        """Takes the lock of `job_type`, marking a stale holder Abandoned; False when a live run holds it.

        May be called again with the same `job_id` after a connection broke at commit: a lock taken then is found.
        A run that was queued is on record already: whoever finds it started must not take it for its own, unless this
        server started it and `may_be_taken` says that the caller has tried to.
        """
        is_queued = request is not None and request.queued_job_id is not None
        run = {
            "job_id": job_id,
            "job_type": job_type,
            "started_by": started_by,
            "triggered_by": request.triggered_by if request else None,
            "trigger_kind": request.trigger if request else None,
            "continues_job_id": request.link.continues_job_id if request else None,
        }
        acquire = "acquire_lock_for_queued_run" if is_queued else "acquire_lock"
        abandoned = f"Its server gave no sign of life for {STALE_AFTER_MINUTES} minutes; run {job_id} took over."
        try:
            with transaction_on(connection):
                connection.execute(
                    statement("abandon_stale_run", connection), {**run, **_STALE, "error_message": abandoned}
                )
                acquired = connection.execute(statement(acquire, connection), {**run, **_STALE})
                if acquired.rowcount > 0:
                    return True
        except IntegrityError as error:
            if not is_unique_violation(error, ONE_RUN_PER_TYPE):
                raise
            # another instance inserted first: the unique index settled the race
        if is_queued and not may_be_taken:
            return False
        own_run = JobRunHelper.get_run(connection, job_id)
        if own_run is None or (is_queued and own_run.started_by != started_by):
            return False
        return own_run.status == "InProgress"

    @staticmethod
    def queue_run(connection: Connection, job_id: str, started_by: str, request: RunRequest) -> bool:
        """Puts a run on record that waits for a queue to start it; `started_by` is the server that promised it.

        False when another of its type waits already. One that has waited for too long is marked Failed instead.
        """
        run = {
            "job_id": job_id,
            "job_type": str(request.job_type),
            "started_by": started_by,
            "triggered_by": request.triggered_by,
            "trigger_kind": request.trigger,
        }
        lost = f"It was not started for {STALE_AFTER_MINUTES} minutes. Start the job again."
        try:
            with transaction_on(connection):
                connection.execute(
                    statement("fail_lost_queued_runs", connection),
                    {"job_type": str(request.job_type), "error_message": lost, **_STALE},
                )
                connection.execute(statement("queue_run", connection), run)
        except IntegrityError as error:
            if not is_unique_violation(error, ONE_PROMISE_PER_TYPE):
                raise
            return False
        return True

    @staticmethod
    def get_queued_run(connection: Connection, job_type: str) -> JobRun | None:
        """The run of `job_type` that waits to be started."""
        return _find(connection, "find_queued_run", job_type=job_type, limit=1)

    @staticmethod
    def fail_queued_run(connection: Connection, job_id: str, error_message: str) -> None:
        """Ends a run that could not be started; changes nothing when it was."""
        _end(connection, "fail_queued_run", job_id, error_message)

    @staticmethod
    def forget_queued_run(connection: Connection, job_id: str) -> None:
        """Takes a run off the record that was never promised to anybody."""
        with transaction_on(connection):
            connection.execute(statement("delete_queued_run", connection), {"job_id": job_id})

    @staticmethod
    def add_note(connection: Connection, job_id: str, note: str, *, resumes_at: datetime | None = None) -> None:
        """Adds a sentence to what a run that has ended says of itself, once; `resumes_at` is when it is continued."""
        run = JobRunHelper.get_run(connection, job_id)
        if run and note not in (run.error_message or ""):
            message = f"{run.error_message or ''} {note}".strip()
            _end(connection, "set_note", job_id, message, resumes_at=to_sql_time(resumes_at) if resumes_at else None)

    @staticmethod
    def get_active_job_info(connection: Connection, job_type: str) -> JobRun | None:
        """The live run that holds the lock of `job_type`."""
        return _find(connection, "find_active_run", job_type=job_type)

    @staticmethod
    def complete_job(
        connection: Connection,
        job_id: str,
        processed_count: int,
        failed_count: int,
        *,
        total_count: int | None = None,
        note: str | None = None,
    ) -> str | None:
        """Ends the run as Completed or, where that was asked for, Cancelled; returns which. `note` says what was left.

        None, changing nothing, when it had lost its lock.
        """
        counts = {"total_count": total_count, "processed_count": processed_count, "failed_count": failed_count}
        _end(connection, "complete_run", job_id, note, **counts)
        run = JobRunHelper.get_run(connection, job_id)
        return run.status if run and run.status in ("Completed", "Cancelled") else None

    @staticmethod
    def fail_job(connection: Connection, job_id: str, error_message: str) -> None:
        """Ends the run as failed; changes nothing when it had lost its lock."""
        _end(connection, "fail_run", job_id, error_message)

    @staticmethod
    def renew(connection: Connection, job_id: str) -> Renewal | None:
        """Fence and heartbeat, inside the caller's transaction; None when the lock is lost."""
        row = connection.execute(statement("renew_lock", connection), {"job_id": job_id}).first()
        return None if row is None else Renewal(row.Cancelled_By)

    @staticmethod
    def request_cancel(connection: Connection, job_id: str, cancelled_by: str) -> CancelOutcome:
        """Asks a live run to stop, which ends itself as Cancelled wherever it runs; one that is queued never starts.

        One that has ended, and was to be continued, is not.
        """
        wish = {"job_id": job_id, "cancelled_by": cancelled_by, **_STALE}
        with transaction_on(connection):
            accepted = connection.execute(statement("request_cancel", connection), wish).rowcount > 0
            accepted = accepted or connection.execute(statement("cancel_queued_run", connection), wish).rowcount > 0
        if accepted:
            return CancelOutcome.ACCEPTED
        run = JobRunHelper.get_run(connection, job_id)
        if run is None:
            return CancelOutcome.UNKNOWN
        if run.resumes_at and _cancel_continuation(connection, run, cancelled_by):
            return CancelOutcome.ACCEPTED
        if run.status == "InProgress":
            return CancelOutcome.ASKED_BEFORE
        return CancelOutcome.ENDED if run.completed_at else CancelOutcome.STALE

    @staticmethod
    def report_progress(
        connection: Connection, job_id: str, total_count: int | None, processed_count: int, failed_count: int
    ) -> None:
        """Inside the caller's transaction, behind its fence."""
        progress = {"total_count": total_count, "processed_count": processed_count, "failed_count": failed_count}
        connection.execute(statement("report_progress", connection), {"job_id": job_id, **progress})

    @staticmethod
    def get_run(connection: Connection, job_id: str) -> JobRun | None:
        return _find(connection, "find_run", job_id=job_id)

    @staticmethod
    def get_continuation(connection: Connection, job_id: str) -> JobRun | None:
        """The newest run that goes on where this one stopped."""
        return _find(connection, "find_continuation", job_id=job_id, limit=1)

    @staticmethod
    def list_chain(connection: Connection, job_id: str) -> list[JobRun]:
        """The run with all that it continues and that continue it, in their order; within the caller's reading."""
        rows = connection.execute(statement("list_chain", connection), {**_STALE, "job_id": job_id})
        return [JobRun.from_row(row) for row in rows.mappings()]

    @staticmethod
    def get_last_run(connection: Connection, job_type: str) -> JobRun | None:
        """The newest run of `job_type` that no longer holds its lock."""
        return _find(connection, "find_last_run", job_type=job_type, limit=1)

    @staticmethod
    def list_recent_runs(connection: Connection, limit: int) -> list[JobRun]:
        """The newest runs of all types, newest first."""
        with snapshot_on(connection):
            rows = connection.execute(statement("list_recent_runs", connection), {**_STALE, "limit": limit})
            return [JobRun.from_row(row) for row in rows.mappings()]


_STALE = {"stale_after_minutes": STALE_AFTER_MINUTES}


def _find(connection: Connection, name: str, **parameters: Any) -> JobRun | None:
    with snapshot_on(connection):
        row = connection.execute(statement(name, connection), {**parameters, **_STALE}).mappings().first()
    return None if row is None else JobRun.from_row(row)


def _cancel_continuation(connection: Connection, run: JobRun, cancelled_by: str) -> bool:
    """Whether no run has begun to continue it."""
    before, _, _ = (run.error_message or "").partition(GOES_ON)
    parameters = {
        "job_id": run.job_id,
        "cancelled_by": cancelled_by,
        "error_message": f"{before}{WAITS_FOR_SCHEDULE}: its continuation was cancelled.",
    }
    with transaction_on(connection):
        return connection.execute(statement("cancel_continuation", connection), parameters).rowcount > 0


def _end(connection: Connection, name: str, job_id: str, message: str | None, **values: int | str | None) -> None:
    # SQL Server counts UTF-16 units, of which some characters take two.
    shortened = (message or "").encode("utf-16-le")[: 2 * MAX_ERROR_MESSAGE_CHARACTERS].decode("utf-16-le", "ignore")
    error_message = shortened or None
    with transaction_on(connection):
        connection.execute(statement(name, connection), {"job_id": job_id, "error_message": error_message, **values})
