"""What tests ask of a run."""

from typing import Any

from access.platforms import Platform
from jobs.job_types import JobKind, JobType
from jobs.request import RunRequest


def reminder_run(platform: Platform, **asked: Any) -> RunRequest:
    return _run(JobKind.EXPIRY_NOTIFICATION, platform, asked)


def revoke_run(platform: Platform, **asked: Any) -> RunRequest:
    return _run(JobKind.REVOKE_EXPIRED, platform, asked)


def check_run(platform: Platform, **asked: Any) -> RunRequest:
    return _run(JobKind.ACCESS_CHECK, platform, asked)


def _run(kind: JobKind, platform: Platform, asked: dict[str, Any]) -> RunRequest:
    return RunRequest(JobType(kind, platform), **{"triggered_by": "test", **asked})
