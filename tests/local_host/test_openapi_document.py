"""The OpenAPI document as it is served, and that every operation it describes is there."""

from types import ModuleType

import pytest

from api.openapi import openapi_document
from tests.local_host.processes import LocalHost


def test_document_is_served_as_it_is_drawn(fast_host: LocalHost, function_app: ModuleType) -> None:
    response = fast_host.client.get("/api/openapi.json")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/json")
    assert response.json() == openapi_document(function_app.operations)


def is_routed(host: LocalHost, method: str, path: str) -> bool:
    """Where the host knows no function it answers 404 without a body; a function says what it did not find."""
    response = host.client.request(method, path, content=b"{}")
    return response.status_code != 404 or response.headers.get("content-type") == "application/problem+json"


@pytest.mark.usefixtures("served_database")
def test_every_described_operation_is_routed(fast_host: LocalHost, function_app: ModuleType) -> None:
    missing = [
        (method, path)
        for path, methods in openapi_document(function_app.operations)["paths"].items()
        for method in methods
        if not is_routed(fast_host, method, path)
    ]
    assert missing == []
