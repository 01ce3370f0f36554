"""The handlers of access requests, the same for every platform."""

import re
from typing import Literal

from access.connectors.choice import takes_access_away
from access.list_query import RequestListQuery, request_list_query
from access.models import StoredRequest
from access.platforms import PLATFORMS, Platform, PlatformKey
from access.repository import AccessRequestRepository
from access.requests_of_person import PersonQuery, RequestOfPerson, read_requests_of_person
from api.authorization import Permission
from api.call import Call, Created
from api.errors import InvalidFieldsError
from api.listing import Page
from api.model import ApiModel


class PlatformOfCaller(ApiModel):
    """What is so of a platform here. `removesAccess` is whether revoking also removes the grant at the platform."""

    platform: PlatformKey
    removes_access: bool


class CallerRights(ApiModel):
    """Who is calling. `email` is null where nobody signs in by an address: then no request is the caller's own."""

    name: str
    email: str | None
    roles: list[Literal["read", "request", "operate"]]
    max_extension_days: int
    platforms: list[PlatformOfCaller]


def list_requests(call: Call, platform: Platform) -> Page[StoredRequest]:
    return AccessRequestRepository(platform, call.context).list_requests(_query(call, platform))


def list_pending_expiry(call: Call, platform: Platform) -> Page[StoredRequest]:
    return AccessRequestRepository(platform, call.context).list_pending_expiry(_query(call, platform))


def list_pending_notifications(call: Call, platform: Platform) -> Page[StoredRequest]:
    return AccessRequestRepository(platform, call.context).list_pending_notifications(_query(call, platform))


def show_request(call: Call, platform: Platform) -> StoredRequest:
    return AccessRequestRepository(platform, call.context).find(call.path_value("id"))


def list_requests_of_person(call: Call) -> Page[RequestOfPerson]:
    return read_requests_of_person(call.context, PersonQuery.from_values(call.query))


def show_caller(call: Call) -> CallerRights:
    caller = call.caller
    return CallerRights(
        name=caller.name,
        email=caller.address,
        roles=[permission.value for permission in Permission if permission in caller.roles],
        max_extension_days=call.context.settings.max_extension_days,
        platforms=[
            PlatformOfCaller(platform=platform.key, removes_access=takes_access_away(call.context.settings, platform))
            for platform in PLATFORMS
        ],
    )


def create_request(call: Call, platform: Platform) -> Created:
    """Nothing is stored unless every field is right; the expiry is compared with the database's clock.

    Sent again with the same Idempotency-Key, a request is stored once.
    """
    request = call.read_body(platform.create_shape, now=call.context.database.utc_now())
    repository = AccessRequestRepository(platform, call.context)
    stored = repository.create(request, created_by=call.caller.name, idempotency_key=_idempotency_key(call))
    return Created(stored, location=platform.api_path(stored.id))


def _idempotency_key(call: Call) -> str | None:
    key: str | None = call.request.headers.get("idempotency-key")
    if key is not None and not re.fullmatch(r"[\x21-\x7e]{1,100}", key):
        raise InvalidFieldsError.of("Idempotency-Key", "Send 1 to 100 printable ASCII characters, such as a UUID.")
    return key


def _query(call: Call, platform: Platform) -> RequestListQuery:
    return request_list_query(platform).from_values(call.query)
