"""Asks for the follow-up run of a run that left work untried."""

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from config.context import AppContext
from config.storage_queues import MAX_DELAY_SECONDS, QueueUnavailableError, send_message
from jobs.request import RunRequest
from jobs.run_records.chains import record_successor
from jobs.run_records.ending import WaitCode
from jobs.runs.messages import CONTINUATIONS, Continuation
from sql.errors import DatabaseUnavailableError

# A chain that pauses for an hour each time lasts two days; then the next scheduled run takes the rest.
MAX_LINKS = 48

logger = logging.getLogger(__name__)


def wake_successor(context: AppContext, request: RunRequest, job_id: str, resume_after_seconds: float) -> None:
    """Asks for the follow-up run, which starts within a day even if a service asks to wait longer.

    This run has already ended, so an unreachable queue does not fail it. That is logged, and recorded with the run.
    """
    if not context.settings.has_queues:
        return
    if request.link.number >= MAX_LINKS:
        _record(context, job_id, wait_reason=WaitCode.CHAIN_TOO_LONG)
        return
    delay_seconds = min(resume_after_seconds, MAX_DELAY_SECONDS)
    message = Continuation(job_type=str(request.job_type), after_job_id=UUID(job_id), attempt=request.link.number + 1)
    try:
        send_message(context.settings, CONTINUATIONS, message.to_text(), delay_seconds=delay_seconds)
    except QueueUnavailableError:
        logger.exception("Run %s has no follow-up run before the next scheduled run", job_id)
        _record(context, job_id, wait_reason=WaitCode.QUEUE_UNAVAILABLE)
        return
    _record(context, job_id, resumes_at=datetime.now(UTC) + timedelta(seconds=delay_seconds))


def _record(
    context: AppContext, job_id: str, *, resumes_at: datetime | None = None, wait_reason: WaitCode | None = None
) -> None:
    try:
        record_successor(context.run_database, job_id, resumes_at=resumes_at, wait_reason=wait_reason)
    except (SQLAlchemyError, DatabaseUnavailableError):
        logger.exception("The follow-up of run %s could not be recorded", job_id)
