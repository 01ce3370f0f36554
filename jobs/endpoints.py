"""The handlers that start a job or tell its state, the same for every platform; and their timer twins."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from access.platforms import Platform
from api.call import Accepted, Call
from api.errors import InvalidFieldsError, NotPermittedError
from config.context import AppContext
from jobs.job_query import read_dry_run, read_notification_query
from jobs.models import (
    ExpiryNotificationsPreview,
    ExpiryNotificationsResponse,
    JobStatusResponse,
    LastRun,
    RevokeExpiredPreview,
    RevokeExpiredResponse,
)
from jobs.preview import preview_expiry_notifications, preview_revoke_expired
from jobs.queued_start import accept_run, current_run
from jobs.reminders.run import run_expiry_notifications
from jobs.revocations.run import run_revoke_expired
from jobs.runs.errors import JobAlreadyRunningError
from jobs.runs.job_run_helper import JobRun, JobRunHelper
from jobs.runs.job_types import JobKind, JobType
from jobs.runs.request import NO_SIMULATION, FailureSimulation, RunRequest
from jobs.runs.runner import active_job

TRIGGERED_BY_TIMER = "timer"

logger = logging.getLogger(__name__)


def send_expiry_notifications(
    call: Call, platform: Platform
) -> ExpiryNotificationsResponse | ExpiryNotificationsPreview | Accepted:
    query, job_type = read_notification_query(call.query), JobType(JobKind.EXPIRY_NOTIFICATION, platform)
    request = _run_request(call, job_type, query.only_failed_of, query.simulation)
    if query.simulation.is_on and not call.context.settings.test_simulation_allowed:
        raise NotPermittedError("Test simulation is off here. Leave out simulateFailures and failEmail.")
    if query.only_failed_of:
        _require_run(call.context, query.only_failed_of, job_type)
    if query.dry_run:
        return preview_expiry_notifications(call.context, platform, only_failed_of=query.only_failed_of)
    return accept_run(call, request) or run_expiry_notifications(call.context, request)


def revoke_expired(call: Call, platform: Platform) -> RevokeExpiredResponse | RevokeExpiredPreview | Accepted:
    if read_dry_run(call.query):
        return preview_revoke_expired(call.context, platform)
    request = _run_request(call, JobType(JobKind.REVOKE_EXPIRED, platform))
    return accept_run(call, request) or run_revoke_expired(call.context, request)


def notification_job_status(call: Call, platform: Platform) -> JobStatusResponse:
    return _job_status(call, JobType(JobKind.EXPIRY_NOTIFICATION, platform))


def revoke_job_status(call: Call, platform: Platform) -> JobStatusResponse:
    return _job_status(call, JobType(JobKind.REVOKE_EXPIRED, platform))


def send_expiry_notifications_on_timer(context: AppContext, platform: Platform, *, past_due: bool) -> None:
    with _timer_run(JobType(JobKind.EXPIRY_NOTIFICATION, platform), past_due=past_due) as request:
        run_expiry_notifications(context, request)


def revoke_expired_on_timer(context: AppContext, platform: Platform, *, past_due: bool) -> None:
    with _timer_run(JobType(JobKind.REVOKE_EXPIRED, platform), past_due=past_due) as request:
        run_revoke_expired(context, request)


def check_access_on_timer(context: AppContext, platform: Platform, *, past_due: bool) -> None:
    from jobs.revocations.access_check import run_access_check  # only where a connector is on

    with _timer_run(JobType(JobKind.ACCESS_CHECK, platform), past_due=past_due) as request:
        run_access_check(context, request)


@contextmanager
def _timer_run(job_type: JobType, *, past_due: bool) -> Iterator[RunRequest]:
    """A job that is running already is no failure of the timer."""
    if past_due:
        logger.warning("The timer of %s fires late", job_type)
    try:
        yield RunRequest(job_type, TRIGGERED_BY_TIMER, "timer")
    except JobAlreadyRunningError as error:
        logger.warning("The timer of %s found nothing to do: %s", job_type, error)


def _run_request(
    call: Call, job_type: JobType, only_failed_of: str | None = None, simulation: FailureSimulation = NO_SIMULATION
) -> RunRequest:
    return RunRequest(
        job_type,
        triggered_by=call.caller.name,
        trigger="automation" if call.caller.is_application else "person",
        only_failed_of=only_failed_of,
        simulation=simulation,
    )


def _require_run(context: AppContext, job_id: str, job_type: JobType) -> None:
    with context.database.connect() as connection:
        run = JobRunHelper.get_run(connection, job_id)
    if run is None or run.job_type != str(job_type):
        raise InvalidFieldsError.of("onlyFailedOf", f"There is no run {job_id} of {job_type}.")


def _job_status(call: Call, job_type: JobType) -> JobStatusResponse:
    with call.context.database.read() as connection:
        current = current_run(connection, job_type)
        last = JobRunHelper.get_last_run(connection, str(job_type))
    return JobStatusResponse(
        is_locked=current is not None,
        active_job=active_job(current) if current else None,
        last_run=_last_run(last) if last else None,
        test_simulation_allowed=call.context.settings.test_simulation_allowed,
    )


def _last_run(run: JobRun) -> LastRun:
    return LastRun.model_validate({**asdict(run), "is_silent": run.is_silent, "error": run.error_message})
