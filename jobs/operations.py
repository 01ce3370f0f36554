"""The operations that start a platform's jobs and tell their state."""

from functools import partial

from access.platforms import Platform
from api.authorization import Permission
from api.operations import Operation
from jobs import endpoints
from jobs.models import (
    ExpiryNotificationsPreview,
    ExpiryNotificationsResponse,
    JobStatusResponse,
    QueuedRun,
    RevokeExpiredPreview,
    RevokeExpiredResponse,
)
from jobs.runs.errors import JobAlreadyRunningError

_DRY_RUN = {
    "name": "dryRun",
    "in": "query",
    "description": "Tells what a run would do now; nothing is locked, sent or changed.",
    "schema": {"type": "boolean", "default": False},
}
_NOTIFICATION_PARAMETERS = (
    _DRY_RUN,
    {
        "name": "onlyFailedOf",
        "in": "query",
        "description": "Tries again only what failed in this run, or in its chain, and is still due.",
        "schema": {"type": "string", "format": "uuid"},
    },
    {
        "name": "simulateFailures",
        "in": "query",
        "description": "Fails about half of the sends at random; for tests, where the settings allow it.",
        "schema": {"type": "boolean", "default": False},
    },
    {
        "name": "failEmail",
        "in": "query",
        "description": "Fails the sends to this address; for tests, where the settings allow it. May be repeated.",
        "explode": True,
        "schema": {"type": "array", "items": {"type": "string"}},
    },
)


def send_expiry_notifications(platform: Platform) -> Operation:
    return Operation(
        name=f"{platform.key}_send_expiry_notifications",
        method="POST",
        path=f"{platform.key}/access-requests/send-expiry-notifications",
        summary="What the notification job sent",
        tag=platform.title,
        permission=Permission.OPERATE,
        handler=partial(endpoints.send_expiry_notifications, platform=platform),
        answer=ExpiryNotificationsResponse,
        other_answer=ExpiryNotificationsPreview,
        accepted_answer=QueuedRun,
        parameters=_NOTIFICATION_PARAMETERS,
        errors=(JobAlreadyRunningError,),
    )


def notification_job_status(platform: Platform) -> Operation:
    return Operation(
        name=f"{platform.key}_notification_job_status",
        method="GET",
        path=f"{platform.key}/access-requests/notification-job-status",
        summary="Whether the notification job runs, and how its last run ended",
        tag=platform.title,
        permission=Permission.READ,
        handler=partial(endpoints.notification_job_status, platform=platform),
        answer=JobStatusResponse,
    )


def revoke_expired(platform: Platform) -> Operation:
    return Operation(
        name=f"{platform.key}_revoke_expired",
        method="POST",
        path=f"{platform.key}/access-requests/revoke-expired",
        summary="What the revoke job revoked",
        tag=platform.title,
        permission=Permission.OPERATE,
        handler=partial(endpoints.revoke_expired, platform=platform),
        answer=RevokeExpiredResponse,
        other_answer=RevokeExpiredPreview,
        accepted_answer=QueuedRun,
        parameters=(_DRY_RUN,),
        errors=(JobAlreadyRunningError,),
    )


def revoke_job_status(platform: Platform) -> Operation:
    return Operation(
        name=f"{platform.key}_revoke_job_status",
        method="GET",
        path=f"{platform.key}/access-requests/revoke-job-status",
        summary="Whether the revoke job runs, and how its last run ended",
        tag=platform.title,
        permission=Permission.READ,
        handler=partial(endpoints.revoke_job_status, platform=platform),
        answer=JobStatusResponse,
    )
