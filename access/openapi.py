"""The API's OpenAPI 3.1 document, drawn from the pydantic models; `python -m access.openapi` prints it.

The site's TypeScript types and form rules are generated from it, so a shape is written once, in Python.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from access.list_queries import ListQuery
from access.models import (
    CreateDatabricksRequest,
    CreatePalantirRequest,
    CreateRequest,
    DatabricksRequest,
    ExpiryNotificationsResponse,
    JobStatusResponse,
    ListedDatabricksRequest,
    ListedPalantirRequest,
    Page,
    PalantirRequest,
    PendingDatabricksNotification,
    PendingPalantirNotification,
    Problem,
    RevokeExpiredResponse,
    StoredRequest,
)
from access.platforms import DATABRICKS, PALANTIR, PLATFORMS, Platform

Schema = dict[str, Any]

_SCHEMA_REF = "#/components/schemas/{model}"

_ERRORS = {
    "400": "The body or the query cannot be read.",
    "401": "Nobody is signed in.",
    "403": "The caller lacks the app role.",
    "409": "A run of this job type holds the lock; `activeJob` describes it.",
    "413": "The body is too large.",
    "422": "Fields are missing, unknown or wrong; `errors` names each.",
    "500": "Something went wrong; the id in `detail` is in the log.",
    "503": "The database did not answer.",
}
_ERRORS_OF_EVERY_OPERATION = ("400", "401", "403", "500", "503")

_LIST_PARAMETERS = {
    "limit": "How many items a page has at most.",
    "cursor": "The `nextCursor` of the page before; left out for the first page.",
    "sort": "The order; a leading `-` means descending.",
    "status": "Only requests in this status.",
    "q": "Only requests in which a text field contains this.",
    "id": "Only the request with this id.",
}

_SIMULATION_PARAMETERS: tuple[Schema, ...] = (
    {
        "name": "simulateFailures",
        "in": "query",
        "description": "Fails about half of the sends at random; for tests, where the settings allow it.",
        "schema": {"type": "boolean", "default": False},
    },
    {
        "name": "failEmail",
        "in": "query",
        "description": "Fails the sends to this address; for tests, where the settings allow it. May be repeated.",
        "explode": True,
        "schema": {"type": "array", "items": {"type": "string"}},
    },
)

_CREATED: dict[Platform, tuple[type[CreateRequest], type[StoredRequest]]] = {
    DATABRICKS: (CreateDatabricksRequest, DatabricksRequest),
    PALANTIR: (CreatePalantirRequest, PalantirRequest),
}

_PAGES: dict[str, dict[Platform, type[BaseModel]]] = {
    "Requests": {DATABRICKS: Page[ListedDatabricksRequest], PALANTIR: Page[ListedPalantirRequest]},
    "PendingExpiry": {DATABRICKS: Page[DatabricksRequest], PALANTIR: Page[PalantirRequest]},
    "PendingNotifications": {
        DATABRICKS: Page[PendingDatabricksNotification],
        PALANTIR: Page[PendingPalantirNotification],
    },
}


@dataclass(frozen=True)
class Operation:
    """One route and method, with the shapes of its body and of its answer."""

    method: str
    path: str
    operation_id: str
    summary: str
    tag: str
    answer: type[BaseModel]
    status: str = "200"
    body: type[BaseModel] | None = None
    parameters: tuple[Schema, ...] = ()
    errors: tuple[str, ...] = ()

    def as_openapi(self) -> Schema:
        success: Schema = {"description": self.summary, "content": _json_content(self.answer)}
        if self.status == "201":
            success["headers"] = {"Location": {"description": "Where to read it.", "schema": {"type": "string"}}}
        errors = sorted({*_ERRORS_OF_EVERY_OPERATION, *self.errors})
        described: Schema = {
            "operationId": self.operation_id,
            "summary": self.summary,
            "tags": [self.tag],
            "responses": {
                self.status: success,
                **{status: {"$ref": f"#/components/responses/Problem{status}"} for status in errors},
            },
        }
        if self.parameters:
            described["parameters"] = list(self.parameters)
        if self.body:
            described["requestBody"] = {"required": True, "content": _json_content(self.body)}
        return described


@cache
def openapi_document() -> Schema:
    """The whole document; the same object each time, so callers must not change it."""
    operations = [operation for platform in PLATFORMS for operation in _operations(platform)]
    paths: dict[str, Schema] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method] = operation.as_openapi()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Access requests",
            "version": "1.0.0",
            "description": "Access requests on Databricks and Palantir, and the jobs that remind and revoke.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": _schemas(operations), "responses": _problem_responses()},
    }


def _operations(platform: Platform) -> Iterable[Operation]:
    base = f"/api/{platform.key}/access-requests"
    yield from _list_operations(platform, base)
    body, answer = _CREATED[platform]
    yield Operation(
        method="post",
        path=base,
        operation_id=f"create{platform.title}Request",
        summary="The request as stored",
        tag=platform.title,
        body=body,
        answer=answer,
        status="201",
        errors=("413", "422"),
    )
    yield from _job_operations(platform, base)


def _list_operations(platform: Platform, base: str) -> Iterable[Operation]:
    lists = {
        "Requests": ("", "All requests, each with its latest revocation"),
        "PendingExpiry": ("/pending-expiry", "Active requests whose expiry has passed"),
        "PendingNotifications": ("/pending-notifications", "Requests that are due for a reminder"),
    }
    for name, (suffix, summary) in lists.items():
        yield Operation(
            method="get",
            path=base + suffix,
            operation_id=f"list{platform.title}{name}",
            summary=summary,
            tag=platform.title,
            answer=_PAGES[name][platform],
            parameters=tuple(_list_parameters()),
            errors=("422",),
        )


def _job_operations(platform: Platform, base: str) -> Iterable[Operation]:
    yield Operation(
        method="post",
        path=f"{base}/send-expiry-notifications",
        operation_id=f"send{platform.title}ExpiryNotifications",
        summary="What the notification job sent",
        tag=platform.title,
        answer=ExpiryNotificationsResponse,
        parameters=_SIMULATION_PARAMETERS,
        errors=("409", "422"),
    )
    yield Operation(
        method="post",
        path=f"{base}/revoke-expired",
        operation_id=f"revoke{platform.title}Expired",
        summary="What the revoke job revoked",
        tag=platform.title,
        answer=RevokeExpiredResponse,
        errors=("409",),
    )
    for job in ("notification", "revoke"):
        yield Operation(
            method="get",
            path=f"{base}/{job}-job-status",
            operation_id=f"get{platform.title}{job.title()}JobStatus",
            summary=f"Whether the {job} job runs, and how its last run ended",
            tag=platform.title,
            answer=JobStatusResponse,
        )


def _list_parameters() -> Iterable[Schema]:
    for name, schema in ListQuery.model_json_schema()["properties"].items():
        plain = {key: value for key, value in _without_null(schema).items() if key != "title"}
        yield {"name": name, "in": "query", "description": _LIST_PARAMETERS[name], "schema": plain}


def _without_null(schema: Schema) -> Schema:
    """A query parameter is left out rather than null."""
    if "anyOf" not in schema:
        return schema
    others = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    (choice,) = (choice for choice in schema["anyOf"] if choice != {"type": "null"})
    return {**choice, **others}


def _schemas(operations: Iterable[Operation]) -> Schema:
    modes: dict[type[BaseModel], JsonSchemaMode] = {}
    for operation in operations:
        modes[operation.answer] = "serialization"
        if operation.body:
            modes[operation.body] = "validation"
    modes[Problem] = "validation"  # a problem leaves out what it does not have
    _, defined = models_json_schema(list(modes.items()), ref_template=_SCHEMA_REF)
    schemas: dict[str, Schema] = json.loads(_readable_names(json.dumps(defined["$defs"])))
    for schema in schemas.values():
        schema.pop("title")
        for field in schema["properties"].values():
            field.pop("title", None)
    return dict(sorted(schemas.items()))


def _json_content(model: type[BaseModel]) -> Schema:
    name = _readable_names(re.sub(r"\W", "_", model.__name__))
    return {"application/json": {"schema": {"$ref": _SCHEMA_REF.format(model=name)}}}


def _readable_names(text: str) -> str:
    """Pydantic calls Page[PalantirRequest] Page_PalantirRequest_; here it is PalantirRequestPage."""
    return re.sub(r"\bPage_(\w+?)_(?!\w)", r"\1Page", text)


def _problem_responses() -> Schema:
    problem = {"application/problem+json": {"schema": {"$ref": _SCHEMA_REF.format(model="Problem")}}}
    return {
        f"Problem{status}": {"description": description, "content": problem} for status, description in _ERRORS.items()
    }


if __name__ == "__main__":
    print(json.dumps(openapi_document(), indent=2))
