"""Which statuses a request can have, as the API tells its clients."""

from typing import Any

import pytest

from access.models import RequestStatus
from access.operations import list_requests
from access.platforms import Platform
from api.openapi import openapi_document
from sql.database import Database
from tests.calls import call
from tests.rows import add_request


@pytest.fixture
def schemas(platform: Platform) -> dict[str, Any]:
    found: dict[str, Any] = openapi_document([list_requests(platform)])["components"]["schemas"]
    return found


def test_document_names_every_status(schemas: dict[str, Any]) -> None:
    assert schemas["RequestStatus"]["enum"] == ["Active", "Extended", "Revoked", "Superseded"]


def test_status_of_a_request_is_one_of_them_or_a_companys_own(platform: Platform, schemas: dict[str, Any]) -> None:
    status = schemas[platform.listed_shape.__name__]["properties"]["status"]
    assert status["anyOf"] == [{"$ref": "#/components/schemas/RequestStatus"}, {"type": "string"}]


def test_list_shows_a_status_that_only_a_company_knows(database: Database, platform: Platform) -> None:
    add_request(database, platform, status="Pending")
    assert [item["status"] for item in call(list_requests, platform).json["items"]] == ["Pending"]


def test_every_status_can_be_asked_for(database: Database, platform: Platform) -> None:
    for status in RequestStatus:
        add_request(database, platform, status=status)
    asked = [call(list_requests, platform, {"status": status}).json["items"] for status in RequestStatus]
    assert [[item["status"] for item in items] for items in asked] == [[status] for status in RequestStatus]
