"""Accepts a run that a queue starts, for callers that prefer not to wait for its end."""

import logging
import socket
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import Connection

from api.call import Accepted, Call
from config.context import AppContext
from config.storage_queues import QueueUnavailableError, send_message
from jobs.job_types import JobType
from jobs.models import QueuedRun
from jobs.request import RunRequest
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.run_records.queued_runs import find_queued_run, forget_queued_run, queue_run
from jobs.runs import held_run
from jobs.runs.errors import JobAlreadyRunningError
from jobs.runs.messages import STARTS, Start
from jobs.runs.runner import active_job
from sql.deadline import Deadline

LOOK_AFTER_SECONDS = 3

logger = logging.getLogger(__name__)


def accept_run(call: Call, request: RunRequest) -> Accepted | None:
    """Puts the run on record and sends its `Start`, with everything that the caller asked for.

    Returns None if the caller has to wait for the run: it does not prefer otherwise, or no queue can start a run.
    Raises JobAlreadyRunningError while a run is at work or promised. A timer ignores promised runs, because it does
    all that is due, and a message may get lost.
    """
    job_type = request.job_type
    _refuse_while_current(call.context, job_type)
    if not (call.prefers_async and call.context.settings.has_queues):
        return None
    start = Start(
        job_type=str(job_type),
        job_id=uuid4(),
        only_failed_of=UUID(request.only_failed_of) if request.only_failed_of else None,
        simulate_failures=request.simulation.random_half,
        fail_emails=tuple(request.simulation.emails),
    )
    job_id = str(start.job_id)
    with call.context.database.connect() as connection:
        promised = queue_run(connection, job_id, socket.gethostname(), request)
    if not promised:
        _refuse_while_current(call.context, job_type)
        raise JobAlreadyRunningError(str(job_type), None)
    try:
        send_message(call.context.settings, STARTS, start.to_text())
    except QueueUnavailableError:
        logger.exception("The caller waits for the run, because no queue can start it")
        with call.context.database.connect() as connection:
            forget_queued_run(connection, job_id)
        return None
    message = "The run starts in a moment. The Location header has its address."
    return Accepted(QueuedRun(message=message, job_id=start.job_id), f"/api/job-runs/{job_id}", LOOK_AFTER_SECONDS)


def _refuse_while_current(context: AppContext, job_type: JobType) -> None:
    """Raises JobAlreadyRunningError."""
    look = partial(current_run, job_type=job_type)
    run = context.database.run_read(look, Deadline.after(held_run.CALLER_PATIENCE_SECONDS))
    if run:
        raise JobAlreadyRunningError(str(job_type), active_job(run))


def current_run(connection: Connection, job_type: JobType) -> JobRun | None:
    """Returns the run that holds the lock, or the promised run that takes it in a moment."""
    return JobRunHelper.get_active_job_info(connection, str(job_type)) or find_queued_run(connection, str(job_type))
