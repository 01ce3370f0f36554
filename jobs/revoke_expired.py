"""Flow 2: revoke the access that has expired, each with its record."""

import time
from uuid import UUID

from sqlalchemy import Connection

from access.platforms import Platform
from config.context import AppContext
from jobs.held_run import HeldRun
from jobs.job_types import JobKind, JobType
from jobs.models import RevokeExpiredResponse
from jobs.revoke_batch import RevokedBatch, revoke_batch
from jobs.runner import JobResult, run_job_in
from sql.database import Database
from sql.statements import statement

REVOKED_BY = "System - Scheduled Expiry Job"
NOTHING_FOUND = "No expired requests found to revoke."


def run_revoke_expired(context: AppContext, platform: Platform, *, triggered_by: str) -> RevokeExpiredResponse:
    """One run of the platform's revoke job. Raises what `run_job` raises."""
    settings = context.settings

    def work(job: HeldRun) -> JobResult[RevokeExpiredResponse]:
        time.sleep(settings.revoke_delay_seconds)
        return revoke_all_expired(job, context.database, platform)

    return run_job_in(context, JobType(JobKind.REVOKE_EXPIRED, platform), work, triggered_by=triggered_by)


def revoke_all_expired(job: HeldRun, database: Database, platform: Platform) -> JobResult[RevokeExpiredResponse]:
    """Revokes batch after batch until nothing expired is left, or the run must stop.

    Each batch is a transaction: a run that is cut off keeps what it has done.
    """
    job.total_count = _count(database, "count_expired", platform)
    stop_reason = None
    more_may_follow = job.total_count > 0
    while more_may_follow and not (stop_reason := job.stop_reason()):
        batch = _revoke_batch(job, database, platform)
        job.processed_count += batch.count
        more_may_follow = batch.more_may_follow
    # From the records themselves: a commit whose answer got lost is counted too.
    revoked_count = _count(database, "count_revoked_by_run", platform, job_id=job.job_id)
    note = f"The rest is left for the next run: {stop_reason}." if stop_reason else None
    message = f"Revoked {revoked_count} expired requests." if revoked_count else NOTHING_FOUND
    response = RevokeExpiredResponse(
        message=f"{message} {note}" if note else message,
        job_id=UUID(job.job_id),
        revoked_count=revoked_count,
        revoked_at=database.utc_now(),
    )
    return JobResult(revoked_count, 0, note, response)


def _count(database: Database, name: str, platform: Platform, **parameters: str) -> int:
    with database.read() as connection:
        return int(connection.execute(statement(name, connection, **platform.sql_names), parameters).scalar_one())


def _revoke_batch(job: HeldRun, database: Database, platform: Platform) -> RevokedBatch:
    def revoke(connection: Connection) -> RevokedBatch:
        job.fence(connection)
        return revoke_batch(connection, platform.sql_names, revoked_by=REVOKED_BY, job_id=job.job_id)

    return database.run_transaction(revoke, repeatable=True)
