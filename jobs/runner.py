"""One lifecycle for every job: take the lock, work, complete or fail. No lock is taken anywhere else."""

import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from config.context import AppContext
from jobs.errors import JobAlreadyRunningError, JobFailedError, JobLockLostError
from jobs.held_run import HEARTBEAT_SECONDS, Heartbeat, HeldRun
from jobs.job_run_helper import JobRun, JobRunHelper
from jobs.job_types import JobType
from jobs.models import ActiveJob
from sql.database import Database, retry_while_unavailable
from sql.errors import DatabaseUnavailableError

# The holder may end its run between our attempt and our look at it; then the lock is free, and we try again.
ACQUIRE_ATTEMPTS = 3

logger = logging.getLogger(__name__)
Response = TypeVar("Response")


@dataclass(frozen=True)
class JobResult(Generic[Response]):
    """What a flow did. `note` goes on record with the run: what failed, what is left."""

    processed_count: int
    failed_count: int
    note: str | None
    response: Response


def run_job(
    job_type: JobType,
    work: Callable[[HeldRun], JobResult[Response]],
    *,
    database: Database,
    triggered_by: str,
    budget_seconds: float,
    started_by: str | None = None,
    heartbeat_seconds: float = HEARTBEAT_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Response:
    """Runs `work` under the lock of `job_type`; `started_by` is this server's name.

    Raises JobAlreadyRunningError (409), JobLockLostError and JobFailedError (500), DatabaseUnavailableError (503).
    """
    job_id = str(uuid4())
    with database.connect() as lock_connection:
        acquired_at = clock()
        _acquire(lock_connection, job_id, job_type, started_by or socket.gethostname(), triggered_by)
        job = HeldRun(job_id, job_type, acquired_at=acquired_at, budget_seconds=budget_seconds, clock=clock)
        logger.info("%s started", job, extra=job.log_context())
        try:
            with Heartbeat(job, lock_connection, heartbeat_seconds):
                result = work(job)
            if not _complete(lock_connection, job, result):
                raise job.lock_lost_error()
        except JobLockLostError:
            logger.warning("%s stopped without its lock", job, extra=job.log_context())
            raise
        except Exception as error:
            logger.exception("%s failed", job, extra=job.log_context())
            _record_failure(lock_connection, job, error)
            raise JobFailedError(f"Run {job_id} broke off: {describe_error(error)}") from error
    logger.info("%s completed: %s", job, result.note or "nothing left undone", extra=job.log_context())
    return result.response


def run_job_in(
    context: AppContext, job_type: JobType, work: Callable[[HeldRun], JobResult[Response]], *, triggered_by: str
) -> Response:
    """`run_job` with this process's settings and database; lists are counted afresh afterwards."""
    try:
        return run_job(
            job_type,
            work,
            database=context.database,
            triggered_by=triggered_by,
            budget_seconds=context.settings.job_budget_seconds,
        )
    finally:
        context.totals.forget()


def active_job(run: JobRun) -> ActiveJob:
    return ActiveJob.model_validate(run, from_attributes=True)


def describe_error(error: Exception) -> str:
    """One line for people: a driver's own words, without the statement and its parameters."""
    cause = error.__cause__ if isinstance(error, DatabaseUnavailableError) and error.__cause__ else error
    return str(cause.orig) if isinstance(cause, DBAPIError) else f"{type(cause).__name__}: {cause}"


def _acquire(connection: Connection, job_id: str, job_type: JobType, started_by: str, triggered_by: str) -> None:
    def try_once() -> bool:
        return JobRunHelper.try_acquire_lock(connection, job_id, str(job_type), started_by, triggered_by)

    for _ in range(ACQUIRE_ATTEMPTS):
        if retry_while_unavailable(try_once, repeatable=True):
            return
        holder = JobRunHelper.get_active_job_info(connection, str(job_type))
        if holder:
            raise JobAlreadyRunningError(str(job_type), active_job(holder))
    raise JobAlreadyRunningError(str(job_type), None)


def _complete(connection: Connection, job: HeldRun, result: JobResult[Response]) -> bool:
    def try_once() -> bool:
        return JobRunHelper.complete_job(
            connection,
            job.job_id,
            result.processed_count,
            result.failed_count,
            total_count=job.total_count,
            note=result.note,
        )

    return retry_while_unavailable(try_once, repeatable=True)


def _record_failure(connection: Connection, job: HeldRun, error: Exception) -> None:
    """A run that cannot even record its failure is found stale and taken over in time."""
    try:
        JobRunHelper.fail_job(connection, job.job_id, describe_error(error))
    except DatabaseUnavailableError:
        logger.exception("The failure of %s could not be recorded", job, extra=job.log_context())
