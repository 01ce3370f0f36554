"""Calls of the HTTP handlers as the Functions host makes them, on a database of the test's own."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import azure.functions as func
import pytest

from access import endpoints as access_requests
from access.app_context import AppContext
from access.platforms import DATABRICKS, PALANTIR, Platform

Handler = Callable[[func.HttpRequest, Platform], func.HttpResponse]
Query = str | Mapping[str, Any] | Iterable[tuple[str, Any]]

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
    """An answer; `json` is its body."""

    status: int
    headers: Mapping[str, str]
    mimetype: str
    json: Any

    @property
    def wrong_fields(self) -> list[str]:
        return [error["field"] for error in self.json["errors"]]


def use_context(monkeypatch: pytest.MonkeyPatch, context: AppContext) -> None:
    """Lets the handlers of this process work on `context`."""
    for module in ("access.http", "jobs.endpoints"):
        monkeypatch.setattr(f"{module}.app_context", lambda: context)


def call(
    handler: Handler,
    platform: Platform,
    query: Query = "",
    *,
    body: bytes | Mapping[str, Any] = b"",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    request = func.HttpRequest(
        "POST" if body else "GET",
        f"http://localhost/api/?{query if isinstance(query, str) else urlencode(query)}",
        headers=headers or {},
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
    )
    response = handler(request, platform)
    return Reply(response.status_code, response.headers, response.mimetype, json.loads(response.get_body()))


def stored_count(platform: Platform) -> int:
    return int(call(access_requests.list_requests, platform).json["total"])


def read_all(handler: Handler, platform: Platform, query: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:
    """Follows the cursors from the first page to the last."""
    page = call(handler, platform, {**query, "limit": limit}).json
    items = list(page["items"])
    followed: set[str] = set()
    while page["nextCursor"]:
        assert page["nextCursor"] not in followed
        followed.add(page["nextCursor"])
        assert len(page["items"]) == limit
        page = call(handler, platform, {**query, "limit": limit, "cursor": page["nextCursor"]}).json
        items += page["items"]
    return items
