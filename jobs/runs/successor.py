"""How a run that leaves work untried wakes the run that goes on with it."""

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from config.context import AppContext
from config.storage_queues import MAX_DELAY_SECONDS, QueueUnavailableError, send_message
from jobs.runs.chains import GOES_ON, WAITS_FOR_SCHEDULE, note_on_run
from jobs.runs.messages import CONTINUATIONS, Continuation
from jobs.runs.request import RunRequest
from sql.errors import DatabaseUnavailableError

# Of a chain that had to pause for an hour each time, two days; then the next schedule takes the rest.
MAX_LINKS = 48

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


def _note(context: AppContext, job_id: str, note: str, resumes_at: datetime | None = None) -> None:
    try:
        note_on_run(context.run_database, job_id, note, resumes_at)
    except (SQLAlchemyError, DatabaseUnavailableError):
        logger.exception("Run %s is left without the note: %s", job_id, note)
