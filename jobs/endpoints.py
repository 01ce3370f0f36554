"""The handlers that start a job or tell its state, the same for every platform; and their timer twins."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import azure.functions as func

from access.app_context import app_context
from access.authorization import Permission
from access.errors import InvalidFieldsError, JobAlreadyRunningError, NotPermittedError
from access.http import Call, endpoint
from access.models import (
    ExpiryNotificationsResponse,
    FieldError,
    JobStatusResponse,
    LastRun,
    RevokeExpiredResponse,
)
from access.platforms import Platform
from jobs.email_senders import FailureSimulation
from jobs.expiry_notifications import run_expiry_notifications
from jobs.job_run_helper import JobRun, JobRunHelper
from jobs.job_types import EXPIRY_NOTIFICATION_JOBS, REVOKE_EXPIRED_JOBS, JobType
from jobs.revoke_expired import run_revoke_expired
from jobs.runner import active_job

TRIGGERED_BY_TIMER = "timer"
_PARAMETERS = ("simulateFailures", "failEmail")

logger = logging.getLogger(__name__)


@endpoint(Permission.OPERATE)
def send_expiry_notifications(call: Call, platform: Platform) -> ExpiryNotificationsResponse:
    simulation = _simulation(call.query)
    if simulation.is_on and not call.context.settings.test_simulation_allowed:
        raise NotPermittedError("Test simulation is off here. Leave out simulateFailures and failEmail.")
    return run_expiry_notifications(call.context, platform, triggered_by=call.caller.name, simulation=simulation)


@endpoint(Permission.OPERATE)
def revoke_expired(call: Call, platform: Platform) -> RevokeExpiredResponse:
    return run_revoke_expired(call.context, platform, triggered_by=call.caller.name)


@endpoint(Permission.READ)
def notification_job_status(call: Call, platform: Platform) -> JobStatusResponse:
    return _job_status(call, EXPIRY_NOTIFICATION_JOBS[platform])


@endpoint(Permission.READ)
def revoke_job_status(call: Call, platform: Platform) -> JobStatusResponse:
    return _job_status(call, REVOKE_EXPIRED_JOBS[platform])


def send_expiry_notifications_on_timer(timer: func.TimerRequest, platform: Platform) -> None:
    with _timer_run(timer, EXPIRY_NOTIFICATION_JOBS[platform]):
        run_expiry_notifications(app_context(), platform, triggered_by=TRIGGERED_BY_TIMER)


def revoke_expired_on_timer(timer: func.TimerRequest, platform: Platform) -> None:
    with _timer_run(timer, REVOKE_EXPIRED_JOBS[platform]):
        run_revoke_expired(app_context(), platform, triggered_by=TRIGGERED_BY_TIMER)


@contextmanager
def _timer_run(timer: func.TimerRequest, job_type: JobType) -> Iterator[None]:
    """A job that is running already is no failure of the timer."""
    if timer.past_due:
        logger.warning("The timer of %s fires late", job_type)
    try:
        yield
    except JobAlreadyRunningError as error:
        logger.warning("The timer of %s found nothing to do: %s", job_type, error)


def _simulation(query: dict[str, list[str]]) -> FailureSimulation:
    """Reads the test parameters simulateFailures and failEmail; the latter may be repeated."""
    errors = [FieldError(field=key, message="This parameter is unknown.") for key in query if key not in _PARAMETERS]
    simulate = query.get("simulateFailures", ["false"])[-1].casefold()
    if simulate not in ("true", "false", ""):
        errors.append(FieldError(field="simulateFailures", message="Write true or false."))
    if errors:
        raise InvalidFieldsError(errors)
    emails = frozenset(email.strip().casefold() for email in query.get("failEmail", []) if email.strip())
    return FailureSimulation(random_half=simulate == "true", emails=emails)


def _job_status(call: Call, job_type: JobType) -> JobStatusResponse:
    with call.context.database.read() as connection:
        holder = JobRunHelper.get_active_job_info(connection, job_type)
        last = JobRunHelper.get_last_run(connection, job_type)
    return JobStatusResponse(
        is_locked=holder is not None,
        active_job=active_job(holder) if holder else None,
        last_run=_last_run(last) if last else None,
        test_simulation_allowed=call.context.settings.test_simulation_allowed,
    )


def _last_run(run: JobRun) -> LastRun:
    return LastRun.model_validate({**asdict(run), "error": run.error_message})
