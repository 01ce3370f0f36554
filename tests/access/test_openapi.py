"""The OpenAPI document is valid, covers the specification's routes, and tells the models' own rules."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import ValidationError

from access.models import CreateDatabricksRequest, CreatePalantirRequest
from access.openapi import openapi_document

ROOT = Path(__file__).parents[2]
FORM_SAMPLES = json.loads((ROOT / "static_web/src/features/create/form-samples.json").read_text())
CREATE_MODELS = {"databricks": CreateDatabricksRequest, "palantir": CreatePalantirRequest}

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


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in openapi_document()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_document_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(openapi_document()).validate()  # type: ignore[arg-type]


def test_document_covers_exactly_the_sixteen_routes() -> None:
    assert {(method, path) for method, path, _ in operations()} == ROUTES


def test_operation_ids_are_unique() -> None:
    identifiers = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(identifiers)) == len(identifiers) == 16


def test_every_reference_leads_to_a_component() -> None:
    document = openapi_document()
    for _, kind, name in (ref.split("/")[-3:] for ref in re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))):
        assert name in document["components"][kind]


def test_every_operation_describes_its_errors_as_problem_json() -> None:
    responses = openapi_document()["components"]["responses"]
    for _, _, operation in operations():
        for status, response in operation["responses"].items():
            if status >= "400":
                name = response["$ref"].rsplit("/", 1)[1]
                assert "application/problem+json" in responses[name]["content"]


def test_only_the_jobs_answer_409() -> None:
    conflicting = {path.rsplit("/", 1)[1] for _, path, operation in operations() if "409" in operation["responses"]}
    assert conflicting == {"send-expiry-notifications", "revoke-expired"}


def test_lists_take_every_parameter_of_the_list_query() -> None:
    document = openapi_document()
    parameters = document["paths"]["/api/palantir/access-requests"]["get"]["parameters"]
    assert [parameter["name"] for parameter in parameters] == ["limit", "cursor", "sort", "status", "q", "id"]
    assert parameters[0]["schema"] == {"type": "integer", "default": 50, "minimum": 1, "maximum": 500}


def test_notification_job_takes_failing_addresses_repeatedly() -> None:
    job = openapi_document()["paths"]["/api/databricks/access-requests/send-expiry-notifications"]["post"]
    by_name = {parameter["name"]: parameter for parameter in job["parameters"]}
    assert by_name["failEmail"]["schema"]["type"] == "array"
    assert by_name["simulateFailures"]["schema"]["type"] == "boolean"


def test_fields_are_camel_case_on_the_wire() -> None:
    for schema in openapi_document()["components"]["schemas"].values():
        assert not [field for field in schema["properties"] if "_" in field]


@pytest.mark.parametrize("sample", FORM_SAMPLES, ids=lambda sample: sample["case"])
def test_form_sample_is_judged_as_the_site_judges_it(sample: dict[str, Any]) -> None:
    """The site's own tests judge the same samples: where both pass, form and server agree."""
    try:
        CREATE_MODELS[sample["platform"]].model_validate_json(json.dumps(sample["body"]))
        refused: set[str] = set()
    except ValidationError as error:
        refused = {str(details["loc"][0]) for details in error.errors()}
    assert refused == set(sample["refused"])
