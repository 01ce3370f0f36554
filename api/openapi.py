"""Makes the API's OpenAPI 3.1 document from the operations and their pydantic models.

The site's TypeScript types and form rules are generated from it, so each shape is written once, in Python.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, RootModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from api.authorization import READING, Permission
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
    "description": "`respond-async` asks for an answer of 202 at once, instead of one when the work has ended.",
    "schema": {"type": "string"},
}
_BEARER: Schema = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": (
        "An Entra token for this app, with its app roles. People on the site don't need one, since they sign in "
        "there. No caller needs one while the setting REQUIRE_AUTHORIZATION is off."
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
    """Returns the operation that describes the others."""
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
    """Returns the document about these operations."""
    paths: dict[str, Schema] = {}
    for operation in operations:
        paths.setdefault(f"/api/{operation.path}", {})[operation.method.lower()] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Access expiry",
            "version": "1.0.0",
            "description": "Access requests on Databricks and Palantir, and the jobs that send reminders and revoke.",
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
    """Returns one parameter for each field of a list's query, with its description."""
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
    """Returns the parameter that an operation's path contains as {name}."""
    return {"name": name, "in": "path", "required": True, "description": description, "schema": {"type": "string"}}


def _describe(operation: Operation) -> Schema:
    success: Schema = {"description": operation.summary, "content": _json_content(operation.answer)}
    if operation.other_answer:
        shapes = (operation.answer, operation.other_answer)
        references = [_json_content(shape)["application/json"]["schema"] for shape in shapes]
        success["content"] = {"application/json": {"schema": {"anyOf": references}}}
    if operation.text_media_type:
        success["content"][operation.text_media_type] = {"schema": {"type": "string"}}
        link = "The path of the next page, as rel=next. The last page has none."
        name = "A name for the file, which says what is inside."
        success["headers"] = {
            "Link": {"description": link, "schema": {"type": "string"}},
            "Content-Disposition": {"description": name, "schema": {"type": "string"}},
        }
    if operation.status == 201:
        location = "The path of the new resource."
        success["headers"] = {"Location": {"description": location, "schema": {"type": "string"}}}
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
        return "Open to everyone."
    if operation.or_permission is Permission.CREATE:
        return f"Needs the app role `{operation.permission}` or `{operation.or_permission}`."
    if operation.or_permission:
        own, all_requests = operation.permission, operation.or_permission
        return f"Needs the app role `{own}` for the caller's own requests, or `{all_requests}` for all requests."
    if operation.permission is Permission.READ:
        return f"Needs any of the app roles {', '.join(f'`{each}`' for each in Permission if each in READING)}."
    return f"Needs the app role `{operation.permission}`."


def _accepted(answer: type[BaseModel]) -> Schema:
    headers = {
        "Location": {"description": "The path of the run, which tells the outcome.", "schema": {"type": "string"}},
        "Retry-After": {"description": "The seconds to wait before reading it.", "schema": {"type": "integer"}},
        "Preference-Applied": {"description": "Always `respond-async`.", "schema": {"type": "string"}},
    }
    return {
        "description": "The accepted run, which starts as soon as it can",
        "content": _json_content(answer),
        "headers": headers,
    }


def _errors(operation: Operation) -> dict[int, type[AppError]]:
    """Returns the errors by status. If two have the same status, the operation's own one says more."""
    of_its_query = () if operation.method == "GET" else (InvalidFieldsError,)
    errors = (*_ERRORS_OF_EVERY_OPERATION, *of_its_query, *operation.errors)
    return {error.status: error for error in errors if operation.permission or error not in _ERRORS_OF_STRANGERS}


def _as_parameter(schema: Schema) -> Schema:
    """Removes the null from its type: callers leave a query parameter out instead."""
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
            modes[error.shape] = "validation"  # a problem leaves out fields without a value
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
    """Turns pydantic's Page_PalantirRequest_, for Page[PalantirRequest], into PalantirRequestPage."""
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
            "Retry-After": {"description": "The seconds to wait before trying again.", "schema": {"type": "integer"}}
        }
    return response
