"""The operations on a platform's access requests, each with its handler."""

import re
from functools import partial

from pydantic.alias_generators import to_camel

from access.caller_rights import CallerRights, rights_of
from access.connectors.choice import names_never_held
from access.errors import MaybeStoredError
from access.found_at_creation import look_at_creation
from access.list_query import RequestListQuery, request_list_query
from access.models import StoredRequest
from access.platforms.platform import Platform
from access.repository import AccessRequestRepository
from access.requests_of_person import PersonQuery, RequestOfPerson, read_requests_of_person
from api.authorization import Permission
from api.call import Call, Created
from api.errors import BODY_ERRORS, InvalidFieldsError, NotFoundError
from api.listing import Page, page_of
from api.openapi import path_parameter, query_parameters
from api.operations import Operation
from api.problem import FieldError
from api.request_log import keep_out_of_log

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A key that the caller chooses. A request that is sent again with the same key is stored only once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
}


def list_requests(platform: Platform) -> Operation:
    def handler(call: Call) -> Page[StoredRequest]:
        return AccessRequestRepository(platform, call.context).list_requests(_list_query(call, platform))

    return Operation(
        **platform.route("list_requests"),
        method="GET",
        summary="All requests, each with its latest revocation",
        permission=Permission.READ,
        handler=handler,
        answer=page_of(platform.listed_shape),
        parameters=query_parameters(request_list_query(platform)),
        errors=(InvalidFieldsError,),
    )


def list_pending_expiry(platform: Platform) -> Operation:
    def handler(call: Call) -> Page[StoredRequest]:
        return AccessRequestRepository(platform, call.context).list_pending_expiry(_list_query(call, platform))

    return Operation(
        **platform.route("list_pending_expiry", "/pending-expiry"),
        method="GET",
        summary="Active requests whose expiry has passed",
        permission=Permission.READ,
        handler=handler,
        answer=page_of(platform.request_shape),
        parameters=query_parameters(request_list_query(platform)),
        errors=(InvalidFieldsError,),
    )


def list_pending_notifications(platform: Platform) -> Operation:
    def handler(call: Call) -> Page[StoredRequest]:
        return AccessRequestRepository(platform, call.context).list_pending_notifications(_list_query(call, platform))

    return Operation(
        **platform.route("list_pending_notifications", "/pending-notifications"),
        method="GET",
        summary="Requests that are due for a reminder",
        permission=Permission.READ,
        handler=handler,
        answer=page_of(platform.pending_notification_shape),
        parameters=query_parameters(request_list_query(platform)),
        errors=(InvalidFieldsError,),
    )


def show_request(platform: Platform) -> Operation:
    def handler(call: Call) -> StoredRequest:
        return AccessRequestRepository(platform, call.context).find(call.path_value("id"))

    return Operation(
        # The host takes the first match by function name, and this path also matches the paths of the other lists.
        **platform.route("show_request", "/{id}"),
        method="GET",
        summary="One request with its timeline",
        permission=Permission.READ,
        handler=handler,
        answer=platform.details_shape,
        parameters=(path_parameter("id", "The request."),),
        errors=(NotFoundError,),
    )


def create_request(platform: Platform) -> Operation:
    def handler(call: Call) -> Created:
        """Stores nothing unless every field is right, and stores one request for each Idempotency-Key.

        Refuses names that a connected platform can never hold. Compares the expiry with the database's clock. Asks a
        connected platform whether the person has the access already.
        """
        request = call.read_body(platform.create_shape, now=call.context.database.utc_now())
        fields = {field: str(getattr(request, field)) for field in platform.field_names}
        if wrong := names_never_held(call.context.settings, platform, fields):
            raise InvalidFieldsError([FieldError(field=to_camel(name), message=text) for name, text in wrong.items()])
        repository = AccessRequestRepository(platform, call.context)
        keep_out_of_log(request.requested_by_email)
        stored = repository.create(
            request,
            created_by=call.caller.name,
            idempotency_key=_idempotency_key(call),
            look=partial(look_at_creation, call.context, platform, request, call.caller),
        )
        return Created(stored, location=platform.api_path(stored.id))

    return Operation(
        **platform.route("create_request"),
        method="POST",
        summary="The new request, as stored",
        permission=Permission.REQUEST,
        or_permission=Permission.CREATE,
        handler=handler,
        body=platform.create_shape,
        answer=platform.request_shape,
        status=201,
        parameters=(_IDEMPOTENCY_KEY,),
        errors=(*BODY_ERRORS, MaybeStoredError),
    )


def _list_query(call: Call, platform: Platform) -> RequestListQuery:
    return request_list_query(platform).from_values(call.query)


def _idempotency_key(call: Call) -> str | None:
    key: str | None = call.request.headers.get("idempotency-key")
    if key is not None and not re.fullmatch(r"[\x21-\x7e]{1,100}", key):
        raise InvalidFieldsError.of("Idempotency-Key", "Send 1 to 100 printable ASCII characters, such as a UUID.")
    return key


def _list_requests_of_person(call: Call) -> Page[RequestOfPerson]:
    return read_requests_of_person(call.context, PersonQuery.from_values(call.query))


list_requests_of_person = Operation(
    name="list_requests_of_person",
    method="GET",
    path="access-requests",
    summary="All requests of one person, on every platform",
    tag="People",
    permission=Permission.READ,
    handler=_list_requests_of_person,
    answer=Page[RequestOfPerson],
    parameters=query_parameters(PersonQuery),
    errors=(InvalidFieldsError,),
)


def _show_caller(call: Call) -> CallerRights:
    return rights_of(call.caller, call.context.settings)


show_caller = Operation(
    name="show_caller",
    method="GET",
    path="caller",
    summary="The caller's name, address and app roles, and the limits of decisions",
    tag="People",
    permission=Permission.READ,
    handler=_show_caller,
    answer=CallerRights,
)

PEOPLE = (list_requests_of_person, show_caller)
