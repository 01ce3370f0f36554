"""JobRunHelper: the JobRun table, which holds one lock per job type and the history of all runs.

Every method commits before it returns, except `renew` and `report_progress`, which run in the caller's transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from jobs.models import TriggerName
from jobs.run_records.ending import RunEnd
from sql.column_types import from_sql_time, from_sql_time_or_none, from_sql_uuid
from sql.database import snapshot_on, transaction_on
from sql.errors import is_unique_violation
from sql.schema import ONE_RUN_PER_TYPE
from sql.statements import statement

# A run whose heartbeat is further away than this has lost its lock, in minute boundaries crossed, as DATEDIFF counts.
# A heartbeat in the future counts too: the clock was ahead, and the run died before it was put right.
STALE_AFTER_MINUTES = 10
# A heartbeat comes every two seconds. A run without one for longer than this has probably died.
SILENT_AFTER_SECONDS = 30
MAX_ERROR_MESSAGE_CHARACTERS = 4000
MAX_STOP_DETAIL_CHARACTERS = 400
STALE = {"stale_after_minutes": STALE_AFTER_MINUTES}


@dataclass(frozen=True)
class JobRun:
    """One row of JobRun, as it was at `read_at`. A stale run reads as Abandoned. Times are UTC."""

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
    stop_reason: str | None
    stop_detail: str | None
    wait_reason: str | None
    no_longer_due_count: int | None
    superseded_count: int | None
    removed_in_error_count: int | None
    not_known_count: int | None
    read_at: datetime = field(compare=False)

    @property
    def heartbeat_age_seconds(self) -> float | None:
        """Returns the age of the last sign of life of a run in progress."""
        if self.status != "InProgress":
            return None
        return (self.read_at - (self.heartbeat_at or self.started_at)).total_seconds()

    @property
    def is_silent(self) -> bool:
        """Tells whether a run in progress has probably died, after SILENT_AFTER_SECONDS without a heartbeat.

        A heartbeat in the future is from before the clock was put right.
        """
        return abs(self.heartbeat_age_seconds or 0) > SILENT_AFTER_SECONDS

    @property
    def left_count(self) -> int | None:
        """Returns how much of its work the run has not done, or None while that is not known."""
        if self.total_count is None:
            return None
        return max(0, self.total_count - (self.processed_count or 0) - (self.failed_count or 0))

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Returns the run. A start that cannot be read is taken from the next moment of the run that can."""
        moments = map(from_sql_time_or_none, (row[name] for name in ("Started_At", "Heartbeat_At", "Completed_At")))
        read_at = from_sql_time(row["Read_At"])
        return cls(
            job_id=from_sql_uuid(row["Job_Id"]),
            job_type=row["Job_Type"],
            status=row["Status"],
            started_at=next((moment for moment in moments if moment), read_at),
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
            stop_reason=row["Stop_Reason"],
            stop_detail=row["Stop_Detail"],
            wait_reason=row["Wait_Reason"],
            no_longer_due_count=row["No_Longer_Due_Count"],
            superseded_count=row["Superseded_Count"],
            removed_in_error_count=row["Removed_In_Error_Count"],
            not_known_count=row["Not_Known_Count"],
            read_at=read_at,
        )


@dataclass(frozen=True)
class Renewal:
    """The lock is still held. `cancelled_by` is the person who has asked the run to stop."""

    cancelled_by: str | None


class JobRunHelper:
    """The methods of a run's row. All raise DatabaseUnavailableError if the database does not answer."""

    @staticmethod
    def try_acquire_lock(
        connection: Connection,
        job_id: str,
        job_type: str,
        started_by: str,
        triggered_by: str | None = None,
        trigger: TriggerName | None = None,
        continues_job_id: str | None = None,
    ) -> bool:
        """Takes the lock of `job_type`, and marks a stale holder Abandoned. Returns False if a live run holds the lock.

        You can call it again with the same `job_id` after a connection broke at commit. It finds a lock taken then.
        """
        run = {
            "job_id": job_id,
            "job_type": job_type,
            "started_by": started_by,
            "triggered_by": triggered_by,
            "trigger_kind": trigger,
            "continues_job_id": continues_job_id,
        }
        if acquire_lock(connection, "acquire_lock", run):
            return True
        own_run = JobRunHelper.get_run(connection, job_id)
        return own_run is not None and own_run.status == "InProgress"

    @staticmethod
    def get_active_job_info(connection: Connection, job_type: str) -> JobRun | None:
        """Returns the live run that holds the lock of `job_type`."""
        return find_run(connection, "find_active_run", job_type=job_type)

    @staticmethod
    def complete_job(
        connection: Connection,
        job_id: str,
        processed_count: int,
        failed_count: int,
        *,
        total_count: int | None = None,
        end: RunEnd | None = None,
    ) -> str | None:
        """Ends the run as Completed or, if someone asked for that, Cancelled. Returns which.

        Returns None and changes nothing if the run had lost its lock.
        """
        counts = {"total_count": total_count, "processed_count": processed_count, "failed_count": failed_count}
        change_run(connection, "complete_run", {"job_id": job_id, **counts, **_columns(end or RunEnd(0, 0))})
        run = JobRunHelper.get_run(connection, job_id)
        return run.status if run and run.status in ("Completed", "Cancelled") else None

    @staticmethod
    def fail_job(connection: Connection, job_id: str, error_message: str) -> None:
        """Ends the run as Failed. Changes nothing if it had lost its lock."""
        change_run(connection, "fail_run", {"job_id": job_id, "error_message": shortened(error_message)})

    @staticmethod
    def renew(connection: Connection, job_id: str) -> Renewal | None:
        """Renews the lock, as fence and heartbeat, inside the caller's transaction. Returns None if it is lost."""
        row = connection.execute(statement("renew_lock", connection), {"job_id": job_id}).first()
        return None if row is None else Renewal(row.Cancelled_By)

    @staticmethod
    def report_progress(
        connection: Connection, job_id: str, total_count: int | None, processed_count: int, failed_count: int
    ) -> None:
        """Writes the counts inside the caller's transaction, behind its fence."""
        progress = {"total_count": total_count, "processed_count": processed_count, "failed_count": failed_count}
        connection.execute(statement("report_progress", connection), {"job_id": job_id, **progress})

    @staticmethod
    def get_run(connection: Connection, job_id: str) -> JobRun | None:
        return find_run(connection, "find_run", job_id=job_id)

    @staticmethod
    def get_last_run(connection: Connection, job_type: str) -> JobRun | None:
        """Returns the newest run of `job_type` that no longer holds its lock."""
        return find_run(connection, "find_last_run", job_type=job_type, limit=1)


def acquire_lock(connection: Connection, name: str, run: Mapping[str, str | None]) -> bool:
    """Takes the lock by the statement of this name, after marking a stale holder Abandoned.

    Returns False if a live run holds the lock, or another instance was faster.
    """
    abandoned = f"Its server gave no sign of life for {STALE_AFTER_MINUTES} minutes; run {run['job_id']} took over."
    try:
        with transaction_on(connection):
            connection.execute(statement("abandon_stale_run", connection), {**run, **STALE, "error_message": abandoned})
            return connection.execute(statement(name, connection), {**run, **STALE}).rowcount > 0
    except IntegrityError as error:
        if not is_unique_violation(error, ONE_RUN_PER_TYPE):
            raise
        return False  # another instance inserted first, as the unique index says


def find_run(connection: Connection, name: str, **parameters: Any) -> JobRun | None:
    """Returns the run that the statement of this name finds."""
    with snapshot_on(connection):
        row = connection.execute(statement(name, connection), {**parameters, **STALE}).mappings().first()
    return None if row is None else JobRun.from_row(row)


def change_run(connection: Connection, name: str, parameters: Mapping[str, int | str | None]) -> bool:
    """Changes a run by the statement of this name. Returns False if nothing changed."""
    with transaction_on(connection):
        return connection.execute(statement(name, connection), parameters).rowcount > 0


def shortened(text: str, max_characters: int = MAX_ERROR_MESSAGE_CHARACTERS) -> str:
    """Cuts a text to fit a column of that many characters. In SQL Server some characters count as two."""
    return text.encode("utf-16-le")[: 2 * max_characters].decode("utf-16-le", "ignore")


def _columns(end: RunEnd) -> dict[str, int | str | None]:
    return {
        "stop_reason": end.stop_reason,
        "stop_detail": end.stop_detail and shortened(end.stop_detail, MAX_STOP_DETAIL_CHARACTERS),
        "no_longer_due_count": end.no_longer_due_count,
        "superseded_count": end.superseded_count,
        "removed_in_error_count": end.removed_in_error_count,
        "waiting_mails": end.waiting_mails,
        "not_known_count": end.not_known_count,
    }
