"""The operations that start a platform's jobs, preview them and return their state, each with its handler."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from access.addresses import address_in_query
from access.platforms.platform import Platform
from access.same_person import same_person_key
from api.authorization import Permission
from api.call import Accepted, Call
from api.errors import InvalidFieldsError, NotPermittedError
from api.operations import Operation
from api.problem import FieldError
from config.context import AppContext
from jobs.job_types import JobKind, JobType
from jobs.models import (
    ExpiryNotificationsPreview,
    ExpiryNotificationsResponse,
    JobStatusResponse,
    LastRun,
    QueuedRun,
    RevokeExpiredPreview,
    RevokeExpiredResponse,
    TriggerName,
)
from jobs.queued_start import accept_run, current_run
from jobs.reminders.preview import preview_expiry_notifications
from jobs.reminders.run import run_expiry_notifications
from jobs.request import FailureSimulation, RunRequest
from jobs.revocations.preview import preview_revoke_expired
from jobs.revocations.run import run_revoke_expired
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.runs.errors import JobAlreadyRunningError
from jobs.runs.report import told_of_run
from jobs.runs.runner import active_job
from sql.column_types import parse_uuid

Query = Mapping[str, Sequence[str]]  # api/exact_query.py has refused unknown, blank and repeated parameters

_DRY_RUN = {
    "name": "dryRun",
    "in": "query",
    "description": "Returns a preview instead of starting a run. Nothing is locked, sent or changed.",
    "schema": {"type": "boolean", "default": False},
}
_NOTIFICATION_PARAMETERS = (
    _DRY_RUN,
    {
        "name": "onlyFailedOf",
        "in": "query",
        "description": "Retries only the requests that failed in this run or its chain and are still due.",
        "schema": {"type": "string", "format": "uuid"},
    },
    {
        "name": "simulateFailures",
        "in": "query",
        "description": "Fails about half of the sends at random. For tests, if the settings allow it.",
        "schema": {"type": "boolean", "default": False},
    },
    {
        "name": "failEmail",
        "in": "query",
        "description": "Fails the sends to this address. For tests, if the settings allow it. May be repeated.",
        "explode": True,
        "schema": {"type": "array", "items": {"type": "string"}},
    },
)


def send_expiry_notifications(platform: Platform) -> Operation:
    job_type = JobType(JobKind.EXPIRY_NOTIFICATION, platform)

    def handler(call: Call) -> ExpiryNotificationsResponse | ExpiryNotificationsPreview | Accepted:
        query = _NotificationQuery.read(call.query)
        if query.simulation.is_on and not call.context.settings.test_simulation_allowed:
            raise NotPermittedError("Test simulation is off here. Leave out simulateFailures and failEmail.")
        only_failed_of = _find_run(call.context, query.only_failed_of, job_type) if query.only_failed_of else None
        if query.dry_run:
            return preview_expiry_notifications(call.context, platform, only_failed_of=only_failed_of)
        request = replace(_run_request(call, job_type), only_failed_of=only_failed_of, simulation=query.simulation)
        return accept_run(call, request) or run_expiry_notifications(call.context, request)

    return Operation(
        **platform.route("send_expiry_notifications", "/send-expiry-notifications"),
        method="POST",
        summary="The result of the notification job",
        permission=Permission.OPERATE,
        handler=handler,
        answer=ExpiryNotificationsResponse,
        other_answer=ExpiryNotificationsPreview,
        accepted_answer=QueuedRun,
        parameters=_NOTIFICATION_PARAMETERS,
        errors=(JobAlreadyRunningError,),
    )


def revoke_expired(platform: Platform) -> Operation:
    job_type = JobType(JobKind.REVOKE_EXPIRED, platform)

    def handler(call: Call) -> RevokeExpiredResponse | RevokeExpiredPreview | Accepted:
        if _read_dry_run(call.query):
            return preview_revoke_expired(call.context, platform)
        request = _run_request(call, job_type)
        return accept_run(call, request) or run_revoke_expired(call.context, request)

    return Operation(
        **platform.route("revoke_expired", "/revoke-expired"),
        method="POST",
        summary="The result of the revoke job",
        permission=Permission.OPERATE,
        handler=handler,
        answer=RevokeExpiredResponse,
        other_answer=RevokeExpiredPreview,
        accepted_answer=QueuedRun,
        parameters=(_DRY_RUN,),
        errors=(JobAlreadyRunningError,),
    )


def notification_job_status(platform: Platform) -> Operation:
    return _status_of("notification", JobType(JobKind.EXPIRY_NOTIFICATION, platform))


def revoke_job_status(platform: Platform) -> Operation:
    return _status_of("revoke", JobType(JobKind.REVOKE_EXPIRED, platform))


def _status_of(job: str, job_type: JobType) -> Operation:
    def handler(call: Call) -> JobStatusResponse:
        with call.context.database.read() as connection:
            current = current_run(connection, job_type)
            last = JobRunHelper.get_last_run(connection, str(job_type))
        return JobStatusResponse(
            is_locked=current is not None,
            active_job=active_job(current) if current else None,
            last_run=_last_run(last, job_type) if last else None,
            test_simulation_allowed=call.context.settings.test_simulation_allowed,
        )

    return Operation(
        **job_type.platform.route(f"{job}_job_status", f"/{job}-job-status"),
        method="GET",
        summary=f"The state of the {job} job, and the end of its last run",
        permission=Permission.READ,
        handler=handler,
        answer=JobStatusResponse,
    )


@dataclass(frozen=True)
class _NotificationQuery:
    """`only_failed_of` should be the id of a run. simulateFailures and failEmail, for tests, make the simulation."""

    dry_run: bool
    only_failed_of: str | None
    simulation: FailureSimulation

    @classmethod
    def read(cls, query: Query) -> "_NotificationQuery":
        """Reads the query of a call. Raises InvalidFieldsError."""
        errors: list[FieldError] = []
        dry_run, simulate = (_flag(query, name, errors) for name in ("dryRun", "simulateFailures"))
        only_failed_of = query["onlyFailedOf"][0] if "onlyFailedOf" in query else None
        emails: set[str] = set()
        for email in query.get("failEmail", []):
            try:
                emails.add(same_person_key(address_in_query(email)))
            except ValueError as error:
                errors.append(FieldError(field="failEmail", message=str(error)))
        if errors:
            raise InvalidFieldsError(errors)
        return cls(dry_run, only_failed_of, FailureSimulation(random_half=simulate, emails=frozenset(emails)))


def _read_dry_run(query: Query) -> bool:
    """Reads the query of a job that takes no other parameter. Raises InvalidFieldsError."""
    errors: list[FieldError] = []
    dry_run = _flag(query, "dryRun", errors)
    if errors:
        raise InvalidFieldsError(errors)
    return dry_run


def _flag(query: Query, name: str, errors: list[FieldError]) -> bool:
    value = query.get(name, ["false"])[0].casefold()
    if value not in ("true", "false"):
        errors.append(FieldError(field=name, message="Write true or false."))
    return value == "true"


def _run_request(call: Call, job_type: JobType) -> RunRequest:
    trigger: TriggerName = "automation" if call.caller.is_application else "person"
    return RunRequest(job_type, triggered_by=call.caller.name, trigger=trigger)


def _find_run(context: AppContext, text: str, job_type: JobType) -> str:
    """Returns the id of a run of the job. Raises InvalidFieldsError."""
    try:
        job_id = parse_uuid(text)
    except ValueError as error:
        raise InvalidFieldsError.of("onlyFailedOf", "Write the id of a run.") from error
    with context.database.connect() as connection:
        run = JobRunHelper.get_run(connection, job_id)
    if run is None or run.job_type != str(job_type):
        raise InvalidFieldsError.of("onlyFailedOf", f"Run {job_id} of {job_type} does not exist.")
    return job_id


def _last_run(run: JobRun, job_type: JobType) -> LastRun:
    told = told_of_run(job_type.kind, run)
    return LastRun.model_validate({**asdict(run), "is_silent": run.is_silent, **told})
