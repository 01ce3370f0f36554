"""The handlers that start a job or tell its state, the same for every platform; and their timer twins."""

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from access.platforms import Platform
from api.errors import InvalidFieldsError, NotPermittedError
from api.http import Call
from api.problem import FieldError
from config.context import AppContext
from jobs.errors import JobAlreadyRunningError
from jobs.expiry_notifications import run_expiry_notifications
from jobs.job_run_helper import JobRun, JobRunHelper
from jobs.job_types import JobKind, JobType
from jobs.mail.simulation import FailureSimulation
from jobs.models import ExpiryNotificationsResponse, JobStatusResponse, LastRun, RevokeExpiredResponse, TriggerName
from jobs.revoke_expired import run_revoke_expired
from jobs.runner import active_job

TRIGGERED_BY_TIMER = "timer"
_PARAMETERS = ("simulateFailures", "failEmail")

logger = logging.getLogger(__name__)


def send_expiry_notifications(call: Call, platform: Platform) -> ExpiryNotificationsResponse:
    simulation = _simulation(call.query)
    if simulation.is_on and not call.context.settings.test_simulation_allowed:
        raise NotPermittedError("Test simulation is off here. Leave out simulateFailures and failEmail.")
    return run_expiry_notifications(
        call.context, platform, triggered_by=call.caller.name, trigger=_trigger(call), simulation=simulation
    )


def revoke_expired(call: Call, platform: Platform) -> RevokeExpiredResponse:
    _refuse_unknown(call.query, known=())
    return run_revoke_expired(call.context, platform, triggered_by=call.caller.name, trigger=_trigger(call))


def notification_job_status(call: Call, platform: Platform) -> JobStatusResponse:
    return _job_status(call, JobType(JobKind.EXPIRY_NOTIFICATION, platform))


def revoke_job_status(call: Call, platform: Platform) -> JobStatusResponse:
    return _job_status(call, JobType(JobKind.REVOKE_EXPIRED, platform))


def send_expiry_notifications_on_timer(context: AppContext, platform: Platform, *, past_due: bool) -> None:
    with _timer_run(JobType(JobKind.EXPIRY_NOTIFICATION, platform), past_due=past_due):
        run_expiry_notifications(context, platform, triggered_by=TRIGGERED_BY_TIMER, trigger="timer")


def revoke_expired_on_timer(context: AppContext, platform: Platform, *, past_due: bool) -> None:
    with _timer_run(JobType(JobKind.REVOKE_EXPIRED, platform), past_due=past_due):
        run_revoke_expired(context, platform, triggered_by=TRIGGERED_BY_TIMER, trigger="timer")


@contextmanager
def _timer_run(job_type: JobType, *, past_due: bool) -> Iterator[None]:
    """A job that is running already is no failure of the timer."""
    if past_due:
        logger.warning("The timer of %s fires late", job_type)
    try:
        yield
    except JobAlreadyRunningError as error:
        logger.warning("The timer of %s found nothing to do: %s", job_type, error)


def _trigger(call: Call) -> TriggerName:
    return "automation" if call.caller.is_application else "person"


def _simulation(query: dict[str, list[str]]) -> FailureSimulation:
    """Reads the test parameters simulateFailures and failEmail; the latter may be repeated."""
    simulate = query.get("simulateFailures", ["false"])[-1].casefold()
    wrong = (
        []
        if simulate in ("true", "false", "")
        else [FieldError(field="simulateFailures", message="Write true or false.")]
    )
    _refuse_unknown(query, known=_PARAMETERS, wrong=wrong)
    emails = frozenset(email.strip().casefold() for email in query.get("failEmail", []) if email.strip())
    return FailureSimulation(random_half=simulate == "true", emails=emails)


def _refuse_unknown(query: dict[str, list[str]], *, known: Collection[str], wrong: Sequence[FieldError] = ()) -> None:
    """A job does real work: it must not start on a misspelt or misplaced parameter."""
    unknown = [FieldError(field=key, message="This parameter is unknown.") for key in query if key not in known]
    if unknown or wrong:
        raise InvalidFieldsError([*unknown, *wrong])


def _job_status(call: Call, job_type: JobType) -> JobStatusResponse:
    with call.context.database.read() as connection:
        holder = JobRunHelper.get_active_job_info(connection, str(job_type))
        last = JobRunHelper.get_last_run(connection, str(job_type))
    return JobStatusResponse(
        is_locked=holder is not None,
        active_job=active_job(holder) if holder else None,
        last_run=_last_run(last) if last else None,
        test_simulation_allowed=call.context.settings.test_simulation_allowed,
    )


def _last_run(run: JobRun) -> LastRun:
    return LastRun.model_validate({**asdict(run), "error": run.error_message})
