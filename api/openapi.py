"""The API's OpenAPI 3.1 document, drawn from the operations and their pydantic models.

The site's TypeScript types and form rules are generated from it, so a shape is written once, in Python.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, RootModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from api.authorization import Permission
from api.call import Call
from api.errors import (
    AppError,
    InternalError,
    InvalidFieldsError,
    MalformedRequestError,
    NotAuthenticatedError,
    NotPermittedError,
    UnavailableError,
)
from api.listing import QueryString
from api.operations import Operation

Schema = dict[str, Any]
Document = RootModel[Schema]

_SCHEMA_REF = "#/components/schemas/{model}"
_PREFER: Schema = {
    "name": "Prefer",
    "in": "header",
    "description": "`respond-async`: answer 202 at once where the app can, rather than when the work has ended.",
    "schema": {"type": "string"},
}
_BEARER: Schema = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": (
        "A token of Entra for this app, with its app roles. People on the site have signed in there; where the setting "
        "REQUIRE_AUTHORIZATION is off, nobody needs to."
    ),
}
_ERRORS_OF_EVERY_OPERATION: tuple[type[AppError], ...] = (
    MalformedRequestError,
    NotAuthenticatedError,
    NotPermittedError,
    InternalError,
    UnavailableError,
)
_ERRORS_OF_STRANGERS = (NotAuthenticatedError, NotPermittedError)


def get_openapi_document(operations: Sequence[Operation]) -> Operation:
    """The operation that describes the others."""
    document = Document(openapi_document(operations))

    def handler(_call: Call) -> Document:
        return document

    return Operation(
        name="get_openapi_document",
        method="GET",
        path="openapi.json",
        summary="This document",
        tag="API",
        permission=Permission.READ,
        handler=handler,
        answer=Document,
    )


def openapi_document(operations: Sequence[Operation]) -> Schema:
    paths: dict[str, Schema] = {}
    for operation in operations:
        paths.setdefault(f"/api/{operation.path}", {})[operation.method.lower()] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Access requests",
            "version": "1.0.0",
            "description": "Access requests on Databricks and Palantir, and the jobs that remind and revoke.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "responses": _problem_responses(operations),
            "securitySchemes": {"bearer": _BEARER},
        },
    }


def query_parameters(query: type[QueryString]) -> tuple[Schema, ...]:
    """One parameter for each field of a list's query, with its description."""
    described = query.model_json_schema()
    return tuple(
        {
            "name": name,
            "in": "query",
            "required": name in described.get("required", []),
            "description": query.descriptions[name],
            "schema": _as_parameter(schema),
        }
        for name, schema in described["properties"].items()
    )


def path_parameter(name: str, description: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": {"type": "string"}}


def _describe(operation: Operation) -> Schema:
    success: Schema = {"description": operation.summary, "content": _json_content(operation.answer)}
    if operation.other_answer:
        shapes = (operation.answer, operation.other_answer)
        references = [_json_content(shape)["application/json"]["schema"] for shape in shapes]
        success["content"] = {"application/json": {"schema": {"anyOf": references}}}
    if operation.text_media_type:
        success["content"][operation.text_media_type] = {"schema": {"type": "string"}}
        success["headers"] = {"Link": {"description": "Where it goes on, as rel=next.", "schema": {"type": "string"}}}
    if operation.status == 201:
        success["headers"] = {"Location": {"description": "Where to read it.", "schema": {"type": "string"}}}
    described: Schema = {
        "operationId": operation.operation_id,
        "summary": operation.summary,
        "description": _who_may(operation),
        "tags": [operation.tag],
        "security": [{"bearer": []}] if operation.permission else [],
        "responses": {
            str(operation.status): success,
            **({"202": _accepted(operation.accepted_answer)} if operation.accepted_answer else {}),
            **{
                str(status): {"$ref": f"#/components/responses/{_response_name(error)}"}
                for status, error in sorted(_errors(operation).items())
            },
        },
    }
    parameters = [*operation.parameters, *([_PREFER] if operation.accepted_answer else [])]
    if parameters:
        described["parameters"] = parameters
    if operation.body:
        described["requestBody"] = {"required": True, "content": _json_content(operation.body)}
    return described


def _who_may(operation: Operation) -> str:
    if operation.permission is None:
        return "Open to everybody."
    if operation.or_permission:
        own, everybodys = operation.permission, operation.or_permission
        return f"Needs the app role `{own}`, for the caller's own requests, or `{everybodys}`, for everybody's."
    if operation.permission is Permission.READ:
        return f"Needs any of the app roles {', '.join(f'`{each}`' for each in Permission)}."
    return f"Needs the app role `{operation.permission}`."


def _accepted(answer: type[BaseModel]) -> Schema:
    headers = {
        "Location": {"description": "Where to look for the outcome.", "schema": {"type": "string"}},
        "Retry-After": {"description": "When to look, in seconds.", "schema": {"type": "integer"}},
        "Preference-Applied": {"description": "`respond-async`.", "schema": {"type": "string"}},
    }
    return {
        "description": "Accepted: it starts as soon as it can",
        "content": _json_content(answer),
        "headers": headers,
    }


def _errors(operation: Operation) -> dict[int, type[AppError]]:
    """By status; of two with the same one the operation's own says more."""
    of_its_query = () if operation.method == "GET" else (InvalidFieldsError,)
    errors = (*_ERRORS_OF_EVERY_OPERATION, *of_its_query, *operation.errors)
    return {error.status: error for error in errors if operation.permission or error not in _ERRORS_OF_STRANGERS}


def _as_parameter(schema: Schema) -> Schema:
    """A query parameter is left out rather than null."""
    schema = {key: value for key, value in schema.items() if key != "title"}
    if "anyOf" not in schema:
        return schema
    others = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    (choice,) = (choice for choice in schema["anyOf"] if choice != {"type": "null"})
    return {**choice, **others}


def _schemas(operations: Iterable[Operation]) -> Schema:
    modes: dict[type[BaseModel], JsonSchemaMode] = {}
    for operation in operations:
        modes[operation.answer] = "serialization"
        if operation.other_answer:
            modes[operation.other_answer] = "serialization"
        if operation.accepted_answer:
            modes[operation.accepted_answer] = "serialization"
        if operation.body:
            modes[operation.body] = "validation"
        for error in _errors(operation).values():
            modes[error.shape] = "validation"  # a problem leaves out what it does not have
    _, defined = models_json_schema(list(modes.items()), ref_template=_SCHEMA_REF)
    schemas: dict[str, Schema] = json.loads(_readable_names(json.dumps(defined["$defs"])))
    for schema in schemas.values():
        schema.pop("title")
        for field in schema.get("properties", {}).values():  # an enumeration has none
            field.pop("title", None)
    return dict(sorted(schemas.items()))


def _json_content(model: type[BaseModel], media_type: str = "application/json") -> Schema:
    name = _readable_names(re.sub(r"\W", "_", model.__name__))
    return {media_type: {"schema": {"$ref": _SCHEMA_REF.format(model=name)}}}


def _readable_names(text: str) -> str:
    """Pydantic calls Page[PalantirRequest] Page_PalantirRequest_; here it is PalantirRequestPage."""
    return re.sub(r"\bPage_(\w+?)_(?!\w)", r"\1Page", text)


def _response_name(error: type[AppError]) -> str:
    return error.__name__.removesuffix("Error")


def _problem_responses(operations: Iterable[Operation]) -> Schema:
    errors = {error for operation in operations for error in _errors(operation).values()}
    return {_response_name(error): _problem_response(error) for error in sorted(errors, key=_response_name)}


def _problem_response(error: type[AppError]) -> Schema:
    response: Schema = {
        "description": error.description,
        "content": _json_content(error.shape, "application/problem+json"),
    }
    if error.retry_after_seconds is not None:
        response["headers"] = {
            "Retry-After": {"description": "When to try again, in seconds.", "schema": {"type": "integer"}}
        }
    return response
