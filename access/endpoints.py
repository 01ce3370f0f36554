"""The handlers of access requests, the same for every platform."""

from pydantic import ValidationError

from access.list_query import RequestListQuery, request_list_query
from access.models import StoredRequest
from access.person import PersonQuery, RequestOfPerson, read_requests_of_person
from access.platforms import Platform
from access.repository import AccessRequestRepository
from api.errors import InvalidFieldsError, MalformedRequestError
from api.http import Call, Created
from api.listing import Page


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


def create_request(call: Call, platform: Platform) -> Created:
    """Nothing is stored unless every field is right; the expiry is compared with the database's clock."""
    try:
        request = platform.create_shape.model_validate_json(call.body, context={"now": call.context.database.utc_now()})
    except ValidationError as error:
        for details in error.errors():
            if details["type"] == "json_invalid":
                raise MalformedRequestError(f"Send a JSON object. {details['msg']}.") from error
        raise InvalidFieldsError.from_validation(error) from error
    stored = AccessRequestRepository(platform, call.context).create(request)
    return Created(stored, location=f"/api/{platform.key}/access-requests/{stored.id}")


def _query(call: Call, platform: Platform) -> RequestListQuery:
    return request_list_query(platform).from_values(call.query)
