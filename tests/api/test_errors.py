"""Failures as callers meet them: problem+json, no stack trace, and an id that leads to the log."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import access.errors
import api.errors
import jobs.runs.errors
from access import operations as access_requests
from access.platforms import DATABRICKS, Platform
from api.authorization import Permission
from api.call import Call
from api.errors import AppError, as_app_error
from api.operations import Operation
from config.context import AppContext
from config.settings import read_settings
from jobs import operations as job_operations
from jobs.models import JobStatusResponse
from sql.database import Database
from sql.errors import DatabaseUnavailableError
from tests.calls import VALID_REQUESTS, Define, call, call_operation, use_context
from tests.faults import misread_statements

HANDLERS: list[Define] = [
    access_requests.list_requests,
    access_requests.list_pending_expiry,
    access_requests.list_pending_notifications,
    access_requests.create_request,
    job_operations.send_expiry_notifications,
    job_operations.notification_job_status,
    job_operations.revoke_expired,
    job_operations.revoke_job_status,
]
UUID_PATTERN = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def all_subclasses(kind: type[AppError]) -> Iterator[type[AppError]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from all_subclasses(subclass)


def break_down(platform: Platform) -> Operation:
    def handler(_call: Call) -> JobStatusResponse:
        raise RuntimeError("the secret is hunter2")

    return Operation(
        name="break_down",
        method="GET",
        path=platform.key,
        summary="Breaks down",
        tag="Tests",
        permission=Permission.READ,
        handler=handler,
        answer=JobStatusResponse,
    )


def test_unexpected_failure_is_a_constant_500_whose_id_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    reply = call(break_down, DATABRICKS)
    error_id = re.search(UUID_PATTERN, reply.json["detail"])
    assert error_id
    assert (reply.status, reply.mimetype) == (500, "application/problem+json")
    assert reply.json == {
        "type": "about:blank",
        "title": "Internal error",
        "status": 500,
        "detail": f"Something went wrong on our side. Report error id {error_id[0]} to the operators.",
    }
    (record,) = [record for record in caplog.records if error_id[0] in record.getMessage()]
    assert record.levelno == logging.ERROR
    assert record.exc_info
    assert "hunter2" in str(record.exc_info[1])


def test_each_unexpected_failure_has_an_id_of_its_own() -> None:
    assert call(break_down, DATABRICKS).json["detail"] != call(break_down, DATABRICKS).json["detail"]


def test_unavailable_database_is_a_503_that_keeps_its_secrets(caplog: pytest.LogCaptureFixture) -> None:
    problem = as_app_error(DatabaseUnavailableError("Login failed for user 'sa' with hunter2")).problem()
    assert problem.status == 503
    assert "hunter2" not in problem.detail
    error_id = re.search(UUID_PATTERN, problem.detail)
    assert error_id
    assert error_id[0] in caplog.text


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("handler", HANDLERS)
def test_database_that_is_gone_is_answered_503(tmp_path: Path, platform: Platform, handler: Define) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    url = f"sqlite:///{folder}/access.db"
    database = Database(url)
    use_context(AppContext(read_settings(database_url=url), database, database))
    database.close()
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    reply = call(handler, platform, body=VALID_REQUESTS[platform])
    assert (reply.status, reply.mimetype) == (503, "application/problem+json")
    assert reply.headers["Retry-After"] == "30"
    assert str(folder) not in str(reply.json)


@pytest.mark.usefixtures("impatient")
def test_damaged_database_is_answered_without_its_details(tmp_path: Path, platform: Platform) -> None:
    url = f"sqlite:///{tmp_path}/damaged.db"
    database = Database(url)
    use_context(AppContext(read_settings(database_url=url), database, database))
    database.close()
    for file in tmp_path.glob("damaged.db*"):
        file.write_bytes(b"this is no database" * 1000)
    reply = call(access_requests.list_requests, platform)
    assert reply.status == 503
    assert re.search(UUID_PATTERN, reply.json["detail"])
    assert "not a database" not in str(reply.json)
    database.close()


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("query", ["", "limit=0", "simulateFailures=maybe"])
def test_no_answer_may_be_stored_or_taken_for_another_type(platform: Platform, handler: Define, query: str) -> None:
    reply = call(handler, platform, query, body=VALID_REQUESTS[platform])
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("kind", list(all_subclasses(AppError)))
def test_every_error_of_the_hierarchy_has_a_title_and_a_status(kind: type[AppError]) -> None:
    assert 400 <= kind.status < 600
    assert kind.title[0].isupper()


@pytest.mark.parametrize("module", [api.errors, access.errors, jobs.runs.errors])
def test_hierarchy_at_the_top_of_the_module_is_complete(module: ModuleType) -> None:
    drawn = dict(re.findall(r"(\w+Error) +(\d{3})", module.__doc__ or ""))
    statuses = {kind.__name__: str(kind.status) for kind in all_subclasses(AppError)}
    own = {kind.__name__ for kind in all_subclasses(AppError) if kind.__module__ == module.__name__}
    assert drawn == {name: statuses.get(name) for name in drawn}
    assert own <= set(drawn)


@pytest.mark.parametrize(
    "body",
    [
        {"x" * 60_000: 1},
        {f"{number}\u2028\x1b": number for number in range(2500)},
        {"requestedByEmail": "".join(map(chr, range(0x2800, 0x2800 + 5000)))},
        {"privilege": "x" * 60_000},
        {"expiresOn": "9" * 60_000},
    ],
    ids=["long name", "many names", "odd address", "long value", "long date"],
)
def test_answer_repeats_only_so_much_of_a_body(body: dict[str, Any]) -> None:
    reply = call(access_requests.create_request, DATABRICKS, body=body)
    assert reply.status == 422
    assert len(reply.text) < 20_000
    assert len(reply.json["detail"]) < 2_100
    assert max(len(error["field"]) for error in reply.json["errors"]) < 150
    assert all(error["field"].isprintable() for error in reply.json["errors"])


@pytest.mark.parametrize("define", [access_requests.list_requests, job_operations.revoke_expired])
def test_answer_repeats_only_so_much_of_a_query(define: Define) -> None:
    reply = call(define, DATABRICKS, {f"{number}{'x' * 1000}\n": "1" for number in range(200)})
    assert reply.status == 422
    assert len(reply.text) < 40_000
    assert reply.json["detail"].endswith(", and 100 more.")


def test_answer_repeats_only_so_much_of_a_path() -> None:
    operation = access_requests.show_request(DATABRICKS)
    reply = call_operation(operation, path={"id": "9" * 50_000})
    assert reply.status == 404
    assert reply.json["detail"].startswith("Databricks request 999")
    assert reply.json["detail"].endswith("9 does not exist.")
    assert len(reply.text) < 2_500


def test_statement_that_fails_does_not_reach_the_caller(context: AppContext, platform: Platform) -> None:
    with misread_statements(context.database, platform.requests, "SELECT password FROM nowhere"):
        reply = call(access_requests.list_requests, platform)
    assert reply.status >= 500
    assert "nowhere" not in str(reply.json)
