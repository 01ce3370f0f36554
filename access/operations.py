"""The operations on a platform's access requests."""

from functools import partial

from access import endpoints
from access.errors import MaybeStoredError
from access.list_query import RequestListQuery
from access.platforms import Platform
from api.authorization import Permission
from api.errors import BodyTooLargeError, InvalidFieldsError
from api.listing import Page
from api.openapi import query_parameters
from api.operations import Operation

_LIST_PARAMETERS = query_parameters(RequestListQuery)
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Chosen by the caller: sent again with the same key, the request is stored once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
}


def list_requests(platform: Platform) -> Operation:
    return Operation(
        name=f"{platform.key}_list_requests",
        method="GET",
        path=f"{platform.key}/access-requests",
        summary="All requests, each with its latest revocation",
        tag=platform.title,
        permission=Permission.READ,
        handler=partial(endpoints.list_requests, platform=platform),
        answer=Page[platform.listed_shape],  # type: ignore[name-defined]
        parameters=_LIST_PARAMETERS,
        errors=(InvalidFieldsError,),
    )


def list_pending_expiry(platform: Platform) -> Operation:
    return Operation(
        name=f"{platform.key}_list_pending_expiry",
        method="GET",
        path=f"{platform.key}/access-requests/pending-expiry",
        summary="Active requests whose expiry has passed",
        tag=platform.title,
        permission=Permission.READ,
        handler=partial(endpoints.list_pending_expiry, platform=platform),
        answer=Page[platform.request_shape],  # type: ignore[name-defined]
        parameters=_LIST_PARAMETERS,
        errors=(InvalidFieldsError,),
    )


def list_pending_notifications(platform: Platform) -> Operation:
    return Operation(
        name=f"{platform.key}_list_pending_notifications",
        method="GET",
        path=f"{platform.key}/access-requests/pending-notifications",
        summary="Requests that are due for a reminder",
        tag=platform.title,
        permission=Permission.READ,
        handler=partial(endpoints.list_pending_notifications, platform=platform),
        answer=Page[platform.pending_notification_shape],  # type: ignore[name-defined]
        parameters=_LIST_PARAMETERS,
        errors=(InvalidFieldsError,),
    )


def create_request(platform: Platform) -> Operation:
    return Operation(
        name=f"{platform.key}_create_request",
        method="POST",
        path=f"{platform.key}/access-requests",
        summary="The request as stored",
        tag=platform.title,
        permission=Permission.REQUEST,
        handler=partial(endpoints.create_request, platform=platform),
        body=platform.create_shape,
        answer=platform.request_shape,
        status=201,
        parameters=(_IDEMPOTENCY_KEY,),
        errors=(BodyTooLargeError, InvalidFieldsError, MaybeStoredError),
    )
