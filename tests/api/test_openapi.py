"""The OpenAPI document is valid, covers the specification's routes, and tells the models' own rules."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import ValidationError

from access.platforms import PLATFORMS
from api.openapi import openapi_document

ROOT = Path(__file__).parents[2]
FORM_SAMPLES = json.loads((ROOT / "static_web/src/features/create/form-samples.json").read_text())
CREATE_MODELS = {platform.key: platform.create_shape for platform in PLATFORMS}

ROUTES = {
    (method, f"/api/{platform}/access-requests{suffix}")
    for platform in ("databricks", "palantir")
    for method, suffix in (
        ("get", ""),
        ("post", ""),
        ("get", "/pending-expiry"),
        ("get", "/pending-notifications"),
        ("post", "/send-expiry-notifications"),
        ("get", "/notification-job-status"),
        ("post", "/revoke-expired"),
        ("get", "/revoke-job-status"),
    )
}


@pytest.fixture(scope="module")
def document(function_app: ModuleType) -> dict[str, Any]:
    return openapi_document(function_app.operations)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


@pytest.mark.slow
def test_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_document_covers_the_sixteen_routes(document: dict[str, Any]) -> None:
    assert {(method, path) for method, path, _ in operations(document)} >= ROUTES


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    identifiers = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(identifiers)) == len(identifiers)


def test_every_reference_leads_to_a_component(document: dict[str, Any]) -> None:
    for _, kind, name in (ref.split("/")[-3:] for ref in re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))):
        assert name in document["components"][kind]


def test_every_operation_describes_its_errors_as_problem_json(document: dict[str, Any]) -> None:
    responses = document["components"]["responses"]
    for _, _, operation in operations(document):
        for status, response in operation["responses"].items():
            if status >= "400":
                name = response["$ref"].rsplit("/", 1)[1]
                assert "application/problem+json" in responses[name]["content"]


def test_only_runs_checks_and_decisions_about_one_request_answer_409(document: dict[str, Any]) -> None:
    conflicting = {
        path.partition("/access-requests")[2] or path
        for _, path, operation in operations(document)
        if "409" in operation["responses"]
    }
    decisions = {f"/{{id}}/{verb}" for verb in ("extend", "let-expire", "undo-let-expire", "revoke", "give-back")}
    assert conflicting == {
        "/send-expiry-notifications",
        "/revoke-expired",
        "/api/job-runs/{jobId}/cancel",
        "/api/connections/databricks/check",
        "/api/connections/palantir/check",
        *decisions,
    }


def test_every_operation_tells_which_role_it_needs(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    told = {
        (method, path): (operation["description"], operation["security"])
        for method, path, operation in operations(document)
    }
    bearer: list[dict[str, list[str]]] = [{"bearer": []}]
    requests = "/api/palantir/access-requests"
    assert told["get", "/api/health"] == ("Open to everyone.", [])
    assert told["get", requests] == ("Needs any of the app roles `read`, `request`, `operate`.", bearer)
    assert told["post", requests] == ("Needs the app role `request` or `create`.", bearer)
    assert told["post", f"{requests}/revoke-expired"] == ("Needs the app role `operate`.", bearer)
    assert told["post", f"{requests}/revoke"] == (
        "Needs the app role `request` for the caller's own requests, or `operate` for all requests.",
        bearer,
    )
    assert all(description for description, _ in told.values())


def test_lists_take_every_parameter_of_the_list_query(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/palantir/access-requests"]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == {
        *("limit", "cursor", "sort", "status", "q", "id", "hasUsableEmail"),
        *("expiresFrom", "expiresTo", "unreadableExpiry", "requestedFrom", "requestedTo", "role"),
    }
    assert all(parameter["description"] for parameter in parameters)
    assert parameters[0]["schema"] == {"type": "integer", "default": 50, "minimum": 1, "maximum": 500}


def test_moment_in_a_query_is_a_date_time(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/palantir/access-requests"]["get"]["parameters"]
    (expires_from,) = (parameter for parameter in parameters if parameter["name"] == "expiresFrom")
    assert expires_from["schema"].items() >= {"type": "string", "format": "date-time"}.items()


def test_parameters_of_a_path_are_described(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        in_path = [given["name"] for given in operation.get("parameters", []) if given["in"] == "path"]
        assert in_path == re.findall(r"{(\w+)}", path)


def test_notification_job_takes_failing_addresses_repeatedly(document: dict[str, Any]) -> None:
    job = document["paths"]["/api/databricks/access-requests/send-expiry-notifications"]["post"]
    by_name = {parameter["name"]: parameter for parameter in job["parameters"]}
    assert by_name["failEmail"]["schema"]["type"] == "array"
    assert by_name["simulateFailures"]["schema"]["type"] == "boolean"


def test_fields_are_camel_case_on_the_wire(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        assert not [field for field in schema.get("properties", {}) if "_" in field]


@pytest.mark.parametrize("sample", FORM_SAMPLES, ids=lambda sample: sample["case"])
def test_form_sample_is_judged_as_the_site_judges_it(sample: dict[str, Any]) -> None:
    """The site's own tests judge the same samples: where both pass, form and server agree."""
    try:
        CREATE_MODELS[sample["platform"]].model_validate_json(json.dumps(sample["body"]))
        refused: set[str] = set()
    except ValidationError as error:
        refused = {str(details["loc"][0]) for details in error.errors()}
    assert refused == set(sample["refused"])
