"""The access-request handlers, the same for every platform; and the document that describes the API."""

from typing import Any

from pydantic import RootModel, ValidationError

from access.authorization import Permission
from access.errors import InvalidFieldsError, MalformedRequestError
from access.http import Call, Created, endpoint
from access.list_queries import ListQuery
from access.models import CreateDatabricksRequest, CreatePalantirRequest, CreateRequest, Page, StoredRequest
from access.openapi import openapi_document
from access.platforms import DATABRICKS, PALANTIR, Platform

_CREATE_SHAPES: dict[Platform, type[CreateRequest]] = {
    DATABRICKS: CreateDatabricksRequest,
    PALANTIR: CreatePalantirRequest,
}


@endpoint(Permission.READ)
def list_requests(call: Call, platform: Platform) -> Page[StoredRequest]:
    return call.context.repository(platform).list_requests(ListQuery.from_values(call.query))


@endpoint(Permission.READ)
def list_pending_expiry(call: Call, platform: Platform) -> Page[StoredRequest]:
    return call.context.repository(platform).list_pending_expiry(ListQuery.from_values(call.query))


@endpoint(Permission.READ)
def list_pending_notifications(call: Call, platform: Platform) -> Page[StoredRequest]:
    return call.context.repository(platform).list_pending_notifications(ListQuery.from_values(call.query))


@endpoint(Permission.REQUEST)
def create_request(call: Call, platform: Platform) -> Created:
    """Nothing is stored unless every field is right; the expiry is compared with the database's clock."""
    try:
        request = _CREATE_SHAPES[platform].model_validate_json(
            call.body, context={"now": call.context.database.utc_now()}
        )
    except ValidationError as error:
        for details in error.errors():
            if details["type"] == "json_invalid":
                raise MalformedRequestError(f"Send a JSON object. {details['msg']}.") from error
        raise InvalidFieldsError.from_validation(error) from error
    stored = call.context.repository(platform).create(request)
    return Created(stored, location=f"/api/{platform.key}/access-requests?id={stored.id}")


@endpoint(Permission.READ)
def get_openapi_document(call: Call) -> RootModel[dict[str, Any]]:
    return RootModel[dict[str, Any]](openapi_document())
