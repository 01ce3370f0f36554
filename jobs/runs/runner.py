"""One lifecycle for every job: take the lock, work, complete or fail. No lock is taken anywhere else."""

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.errors import as_app_error
from config.context import AppContext
from config.server_stop import server_stop
from jobs.models import ActiveJob
from jobs.request import RunRequest
from jobs.run_records.chains import list_chain
from jobs.run_records.ending import RunEnd
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.run_records.queued_runs import try_start_queued_run
from jobs.run_records.retention import prune_history
from jobs.runs.errors import (
    JobAlreadyRunningError,
    JobFailedError,
    JobLockLostError,
    LockUnsafeError,
    ServerStoppedError,
)
from jobs.runs.heartbeat import Heartbeat
from jobs.runs.held_run import HeldRun, RunTiming
from jobs.runs.report import note_of_end
from jobs.runs.successor import wake_successor
from sql.database import retry_while_unavailable, snapshot_on
from sql.errors import CommitUnknownError, DatabaseUnavailableError
from sql.schema import lock_is_safe

# The holder may end its run between our try and our look at it. Then the lock is free, and we try again.
ACQUIRE_ATTEMPTS = 3

logger = logging.getLogger(__name__)
Response = TypeVar("Response")


@dataclass(frozen=True)
class RunResult(Generic[Response]):
    """The end of a flow, and the answer to its caller."""

    end: RunEnd
    response: Response


def run_job(
    context: AppContext,
    request: RunRequest,
    work: Callable[[HeldRun], RunResult[Response]],
    timing: RunTiming | None = None,
) -> Response:
    """Runs `work` under the lock of the job.

    At its end, it asks for the follow-up run and prunes the history. A cancelled run gets no follow-up run. Nor does a
    run of less than all that is due, since its follow-up run would do more than its caller asked for.

    Raises JobAlreadyRunningError (409), JobLockLostError and JobFailedError (500), LockUnsafeError and
    DatabaseUnavailableError (503).
    """
    run = HeldRun(context, request, timing)
    with server_stop.awaited(), run.open_lock_connection() as lock_connection:
        _acquire(lock_connection, run)
        logger.info("%s started", run, extra=run.log_context())
        try:
            with (
                run.telemetry.span(str(run.job_type), {"job_id": run.job_id, "trigger": run.request.trigger}),
                Heartbeat(run, lock_connection),
            ):
                result = work(run)
            if server_stop.is_requested and run.has_work_left:
                raise ServerStoppedError
            status = _complete(lock_connection, run, result.end)
            if status is None:
                raise run.lock_lost_error()
        except JobLockLostError:
            logger.warning("%s stopped without its lock", run, extra=run.log_context())
            raise
        except Exception as error:
            reason = str(as_app_error(error))
            logger.error("%s failed: %s", run, reason, extra=run.log_context())
            _record_failure(lock_connection, run, reason)
            raise JobFailedError(f"Run {run.job_id} failed. {reason}") from error
        failed_before_count = _failed_before(lock_connection, run)
    # an alert looks for these words, since not every note says that something is still due
    end = result.end
    still_due_count = max(end.failed_count, (run.total_count or 0) - end.processed_count) + failed_before_count
    note = note_of_end(run.job_type.kind, end) or ""
    logger.info("%s completed: %d still due. %s", run, still_due_count, note, extra=run.log_context())
    if status == "Completed" and run.request.is_whole and end.resume_after_seconds is not None:
        wake_successor(run.context, run.request, run.job_id, end.resume_after_seconds)
    prune_history(run.context.run_database, run.settings.run_history_days, run.database_until)
    return result.response


def active_job(run: JobRun) -> ActiveJob:
    return ActiveJob.model_validate(run, from_attributes=True)


def _acquire(connection: Connection, run: HeldRun) -> None:
    """Raises JobAlreadyRunningError, LockUnsafeError."""
    asked_at, may_be_taken = run.clock(), False

    def try_once() -> bool:
        nonlocal may_be_taken
        with snapshot_on(connection):
            if not lock_is_safe(connection):
                raise LockUnsafeError
        try:
            return _try_acquire(connection, run, may_be_taken=may_be_taken)
        except CommitUnknownError:
            may_be_taken = True
            raise

    for _ in range(ACQUIRE_ATTEMPTS):
        if retry_while_unavailable(try_once, repeatable=True, deadline=run.patience):
            run.renewed(asked_at)
            return
        holder = JobRunHelper.get_active_job_info(connection, str(run.job_type))
        if holder:
            raise JobAlreadyRunningError(str(run.job_type), active_job(holder))
    raise JobAlreadyRunningError(str(run.job_type), None)


def _try_acquire(connection: Connection, run: HeldRun, *, may_be_taken: bool) -> bool:
    job_type, server, request = str(run.job_type), socket.gethostname(), run.request
    if request.queued_job_id:
        return try_start_queued_run(connection, run.job_id, job_type, server, may_be_taken=may_be_taken)
    return JobRunHelper.try_acquire_lock(
        connection,
        run.job_id,
        job_type,
        server,
        request.triggered_by,
        request.trigger,
        request.link.continues_job_id,
    )


def _failed_before(connection: Connection, run: HeldRun) -> int:
    """Counts the failures of the runs before this one in its chain, which it did not try again.

    An error is only logged, since the run has already ended well.
    """
    before = run.request.link.continues_job_id
    if before is None:
        return 0
    try:
        with snapshot_on(connection):
            chain = list_chain(connection, before)
    except (SQLAlchemyError, DatabaseUnavailableError):
        logger.exception("The earlier failures in the chain of run %s could not be counted", before)
        return 0
    return sum((run.failed_count or 0) + (run.not_known_count or 0) for run in chain)


def _complete(connection: Connection, run: HeldRun, end: RunEnd) -> str | None:
    def try_once() -> str | None:
        return JobRunHelper.complete_job(
            connection,
            run.job_id,
            end.processed_count,
            end.failed_count,
            total_count=run.total_count,
            end=end,
        )

    _refuse_when_late(run)
    return retry_while_unavailable(try_once, repeatable=True, deadline=run.database_until)


def _refuse_when_late(run: HeldRun) -> None:
    """Raises DatabaseUnavailableError after the run's time, since the host would soon end all jobs of this process."""
    if run.database_until.has_passed:
        raise DatabaseUnavailableError("The time of the run is up.")


def _record_failure(connection: Connection, run: HeldRun, reason: str) -> None:
    """Records why the run failed. If it cannot, the run goes stale, and another one takes over."""

    def try_once() -> None:
        JobRunHelper.fail_job(connection, run.job_id, reason)

    try:
        _refuse_when_late(run)
        retry_while_unavailable(try_once, repeatable=True, deadline=run.database_until)
    except DatabaseUnavailableError:
        logger.exception("The failure of %s could not be recorded", run, extra=run.log_context())
