"""The handlers of the queues: they start and continue runs, and record messages that could not be handled."""

import logging
from uuid import UUID

from config.context import AppContext
from config.storage_queues import send_message
from jobs.job_types import JOB_TYPES, JOB_TYPES_BY_NAME, JobKind
from jobs.models import ActiveJob
from jobs.reminders.run import run_expiry_notifications
from jobs.request import FailureSimulation, Link, RunRequest
from jobs.revocations.run import run_revoke_expired
from jobs.run_records.chains import find_continuation, record_successor
from jobs.run_records.ending import WaitCode
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.run_records.queued_runs import fail_queued_run
from jobs.runs.errors import JobAlreadyRunningError
from jobs.runs.held_run import RunTiming
from jobs.runs.messages import CONTINUATIONS, STARTS, Continuation, Start, UnreadableMessageError
from jobs.runs.successor import MAX_LINKS

AGAIN_SECONDS = 120
# A promised run tries again after this time if another run holds the lock.
NEXT_TURN_SECONDS = 15
# A check is not started from a queue.
_JOB_TYPES = frozenset(map(str, JOB_TYPES))
_ENDED_WELL = ("Completed", "Cancelled")

logger = logging.getLogger(__name__)


def start_run(context: AppContext, body: bytes) -> None:
    """Starts a promised run, or lets it wait for its turn. Raises the run's errors.

    A message that comes a second time finds its run started. If that run has died, a follow-up run starts.
    """
    message = Start.read(body, _JOB_TYPES)
    run = _read_run(context, message.job_id)
    if run is None:
        logger.warning("Run %s is no longer on record and is not started", message.job_id)
    elif run.status == "Queued":
        _start(context, message, run)
    elif run.status in ("InProgress", "Abandoned") and message.is_whole:
        _continue(context, Continuation(job_type=run.job_type, after_job_id=message.job_id, attempt=1))
    else:
        logger.info("Run %s is %s and is not started again", message.job_id, run.status)


def continue_run(context: AppContext, body: bytes, *, is_redelivered: bool, timing: RunTiming | None = None) -> None:
    """Starts the follow-up run of a run, unless it has one. Raises the run's errors."""
    message = Continuation.read(body, _JOB_TYPES)
    with context.run_database.connect() as connection:
        before = JobRunHelper.get_run(connection, str(message.after_job_id))
        link = find_continuation(connection, str(message.after_job_id))
    if before is None:
        logger.warning("Run %s is no longer on record and is not continued", message.after_job_id)
    elif before.status == "Cancelled":
        logger.info("Run %s was cancelled, and is not continued", before.job_id)
    elif link and link.status in _ENDED_WELL:
        logger.info("Run %s has already been continued by %s", message.after_job_id, link.job_id)
        if is_redelivered and link.left_count and link.status == "Completed" and message.attempt < MAX_LINKS:
            # its server died before it deleted this message, and perhaps before it sent the next one
            _send(context, CONTINUATIONS, _after(link, message))
    else:
        _continue(context, message, timing)


def note_poisoned_start(context: AppContext, body: bytes) -> None:
    """Ends a promised run as failed."""
    try:
        message = Start.read(body, _JOB_TYPES)
    except UnreadableMessageError as error:
        logger.error("A start message could not be handled. %s", error)
        return
    logger.error("Run %s could not be started", message.job_id)
    with context.run_database.connect() as connection:
        reason = "It could not be started. The log says why. Start the job again."
        fail_queued_run(connection, str(message.job_id), reason)


def note_poisoned_continuation(context: AppContext, body: bytes) -> None:
    """Records that a run has no follow-up run, because its message could not be handled."""
    try:
        message = Continuation.read(body, _JOB_TYPES)
    except UnreadableMessageError as error:
        logger.error("A continuation message could not be handled. %s", error)
        return
    logger.error("Run %s could not be continued", message.after_job_id)
    record_successor(context.run_database, str(message.after_job_id), wait_reason=WaitCode.NOT_HANDLED)


def _start(context: AppContext, message: Start, run: JobRun) -> None:
    try:
        _run(context, _request_of(message, run))
    except JobAlreadyRunningError:
        now = _read_run(context, message.job_id)
        if now and now.status == "Queued":
            logger.info("Run %s waits for its turn", run.job_id)
            _send(context, STARTS, message, delay_seconds=NEXT_TURN_SECONDS)


def _continue(context: AppContext, message: Continuation, timing: RunTiming | None = None) -> None:
    after = str(message.after_job_id)
    try:
        request = RunRequest(
            JOB_TYPES_BY_NAME[message.job_type],
            triggered_by=f"continuation of {after}",
            trigger="continuation",
            link=Link(message.attempt, after),
        )
        _run(context, request, timing)
    except JobAlreadyRunningError as error:
        if error.active_job and _continues_itself(context, error.active_job):
            record_successor(context.run_database, after, wait_reason=WaitCode.TAKEN_OVER)
            logger.info("Run %s is not continued: run %s takes the rest", after, error.active_job.job_id)
            return
        _send(context, CONTINUATIONS, message, delay_seconds=AGAIN_SECONDS)


def _request_of(message: Start, run: JobRun) -> RunRequest:
    return RunRequest(
        JOB_TYPES_BY_NAME[message.job_type],
        triggered_by=run.triggered_by or "",
        trigger="automation" if run.trigger_kind == "automation" else "person",
        queued_job_id=run.job_id,
        only_failed_of=str(message.only_failed_of) if message.only_failed_of else None,
        simulation=FailureSimulation(message.simulate_failures, frozenset(message.fail_emails)),
    )


def _run(context: AppContext, request: RunRequest, timing: RunTiming | None = None) -> None:
    if request.job_type.kind is JobKind.REVOKE_EXPIRED:
        run_revoke_expired(context, request, timing)
    else:
        run_expiry_notifications(context, request, timing=timing)


def _send(context: AppContext, queue_name: str, message: Start | Continuation, *, delay_seconds: float = 0) -> None:
    """Raises QueueUnavailableError: then the message that is being handled comes again."""
    send_message(context.settings, queue_name, message.to_text(), delay_seconds=delay_seconds)


def _after(link: JobRun, message: Continuation) -> Continuation:
    return Continuation(job_type=link.job_type, after_job_id=UUID(link.job_id), attempt=message.attempt + 1)


def _continues_itself(context: AppContext, holder: ActiveJob) -> bool:
    """Tells whether this run does the rest. A run that someone started may do less, and a silent one may be dead."""
    run = _read_run(context, holder.job_id)
    return run is not None and run.trigger_kind in ("timer", "continuation") and not run.is_silent


def _read_run(context: AppContext, job_id: UUID) -> JobRun | None:
    with context.run_database.connect() as connection:
        return JobRunHelper.get_run(connection, str(job_id))
