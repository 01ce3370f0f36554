"""The operations on a platform's access requests."""

from functools import partial

from access import endpoints
from access.errors import MaybeStoredError
from access.list_query import request_list_query
from access.platforms import Platform
from access.requests_of_person import PersonQuery, RequestOfPerson
from api.authorization import Permission
from api.errors import BODY_ERRORS, InvalidFieldsError, NotFoundError
from api.listing import Page, page_of
from api.openapi import path_parameter, query_parameters
from api.operations import Operation

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
        answer=page_of(platform.listed_shape),
        parameters=query_parameters(request_list_query(platform)),
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
        answer=page_of(platform.request_shape),
        parameters=query_parameters(request_list_query(platform)),
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
        answer=page_of(platform.pending_notification_shape),
        parameters=query_parameters(request_list_query(platform)),
        errors=(InvalidFieldsError,),
    )


def show_request(platform: Platform) -> Operation:
    return Operation(
        # The host takes the first match by function name, and this path matches those of the other lists too.
        name=f"{platform.key}_show_request",
        method="GET",
        path=f"{platform.key}/access-requests/{{id}}",
        summary="One request with its timeline",
        tag=platform.title,
        permission=Permission.READ,
        handler=partial(endpoints.show_request, platform=platform),
        answer=platform.details_shape,
        parameters=(path_parameter("id", "The request."),),
        errors=(NotFoundError,),
    )


list_requests_of_person = Operation(
    name="list_requests_of_person",
    method="GET",
    path="access-requests",
    summary="Everything that one person has or had, on every platform",
    tag="People",
    permission=Permission.READ,
    handler=endpoints.list_requests_of_person,
    answer=Page[RequestOfPerson],
    parameters=query_parameters(PersonQuery),
    errors=(InvalidFieldsError,),
)


show_caller = Operation(
    name="show_caller",
    method="GET",
    path="caller",
    summary="Who is calling, and what a decision may say",
    tag="People",
    permission=Permission.READ,
    handler=endpoints.show_caller,
    answer=endpoints.CallerRights,
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
        errors=(*BODY_ERRORS, MaybeStoredError),
    )


PEOPLE = (list_requests_of_person, show_caller)
