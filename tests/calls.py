"""Calls of the HTTP handlers as the Functions host makes them, on a database of the test's own."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

import azure.functions as func
import pytest

from access import operations as access_requests
from access.platforms import DATABRICKS, PALANTIR, Platform
from api.http import answer
from api.operations import Operation
from config.context import AppContext

Define = Callable[[Platform], Operation]
Query = str | Mapping[str, Any] | Sequence[tuple[str, Any]]

VALID_REQUESTS: dict[Platform, dict[str, Any]] = {
    DATABRICKS: {
        "requestedByEmail": "alice@test.com",
        "catalogName": "main",
        "schemaName": "sales",
        "tableName": "orders",
        "privilege": "SELECT",
        "businessReason": "Quarterly report",
    },
    PALANTIR: {
        "requestedByEmail": "alice@test.com",
        "resourceRid": "ri.foundry.main.dataset.0c2f6a7e-1111-4222-8333-444455556666",
        "role": "Viewer",
        "businessReason": "Quarterly report",
    },
}


@dataclass(frozen=True)
class Reply:
    """An answer; `text` is its body, and `json` what that says, if it is JSON."""

    status: int
    headers: Mapping[str, str]
    mimetype: str
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def wrong_fields(self) -> list[str]:
        return [error["field"] for error in self.json["errors"]]


_contexts: list[AppContext] = []


@contextmanager
def calls_on(context: AppContext) -> Iterator[None]:
    """Calls made inside the block are answered with this context."""
    _contexts.append(context)
    try:
        yield
    finally:
        _contexts.pop()


@pytest.fixture(autouse=True)
def calls_on_test_database(context: AppContext) -> Iterator[None]:
    """For the folders whose conftest imports it: calls are answered on the test's own database."""
    with calls_on(context):
        yield


def use_context(context: AppContext) -> None:
    """From here on, to the end of the block of `calls_on`, calls are answered with this context instead."""
    _contexts[-1] = context


def call(
    define: Define,
    platform: Platform,
    query: Query = "",
    *,
    body: bytes | Mapping[str, Any] = b"",
    headers: Mapping[str, str] | None = None,
    path: Mapping[str, Any] | None = None,
) -> Reply:
    return call_operation(_defined(define, platform), query, body=body, headers=headers, path=path)


@cache
def _defined(define: Define, platform: Platform) -> Operation:
    """Defined once, as in the app: describing its parameters takes longer than many a call."""
    return define(platform)


def call_operation(
    operation: Operation,
    query: Query = "",
    *,
    body: bytes | Mapping[str, Any] = b"",
    headers: Mapping[str, str] | None = None,
    path: Mapping[str, Any] | None = None,
) -> Reply:
    """`path` holds what stands in the operation's path in place of its parameters; the body counts as JSON."""
    request = func.HttpRequest(
        operation.method,
        f"http://localhost/api/?{query if isinstance(query, str) else urlencode(query)}",
        headers={"content-type": "application/json", **(headers or {})},
        route_params={name: str(value) for name, value in (path or {}).items()},
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
    )
    response = answer(operation, request, _contexts[-1])
    return Reply(response.status_code, response.headers, response.mimetype, response.get_body().decode())


def stored_count(platform: Platform) -> int:
    return int(call(access_requests.list_requests, platform).json["total"])


def read_all(define: Define, platform: Platform, query: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:
    return read_all_pages(define(platform), query, limit)


def read_all_pages(
    operation: Operation, query: Mapping[str, Any], limit: int, *, path: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Follows the cursors from the first page to the last."""
    page = call_operation(operation, {**query, "limit": limit}, path=path).json
    items = list(page["items"])
    followed: set[str] = set()
    while page["nextCursor"]:
        assert page["nextCursor"] not in followed
        followed.add(page["nextCursor"])
        assert len(page["items"]) == limit
        page = call_operation(operation, {**query, "limit": limit, "cursor": page["nextCursor"]}, path=path).json
        items += page["items"]
    return items
