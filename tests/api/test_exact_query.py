"""What changes something takes no parameter that it would overlook."""

from datetime import timedelta
from types import ModuleType

import pytest

from access.decisions.operations import revoke_request, revoke_requests
from access.platforms import Platform
from config.context import AppContext
from jobs.operations import revoke_expired, send_expiry_notifications
from tests.calls import Define, call, call_operation
from tests.rows import add_request, status_of


def test_parameter_that_an_operation_does_not_take_is_refused_by_all_that_change_something(
    function_app: ModuleType,
) -> None:
    changing = [operation for operation in function_app.operations if operation.method != "GET"]
    assert len(changing) > 20
    for operation in changing:
        reply = call_operation(operation, "colour=red&=7&x", path={"id": 7, "jobId": 7})
        assert (reply.status, reply.wrong_fields) == (422, ["colour", "", "x"]), operation.name


@pytest.mark.parametrize("define", [revoke_request, revoke_requests])
def test_dry_run_where_there_is_none_revokes_nothing(context: AppContext, platform: Platform, define: Define) -> None:
    request_id = add_request(context.database, platform)
    body = {"reason": "Left"} if define is revoke_request else {"reason": "Left", "ids": [request_id]}
    reply = call(define, platform, "dryRun=true", body=body, path={"id": request_id})
    assert (reply.status, reply.wrong_fields) == (422, ["dryRun"])
    assert status_of(context.database, platform, request_id) == "Active"


@pytest.mark.parametrize(
    ("define", "query", "message"),
    [
        (revoke_expired, "dryRun", "Write a value, or leave the parameter out."),
        (revoke_expired, "dryRun=%20", "Write a value, or leave the parameter out."),
        (revoke_expired, "dryRun=true&dryRun=false", "Write this parameter once."),
        (revoke_expired, "dryRun=false&dryRun=false", "Write this parameter once."),
        (send_expiry_notifications, "onlyFailedOf=", "Write a value, or leave the parameter out."),
        (send_expiry_notifications, "simulateFailures=", "Write a value, or leave the parameter out."),
        (send_expiry_notifications, "failEmail=a@test.com&failEmail=", "Write a value, or leave the parameter out."),
    ],
)
def test_blank_or_repeated_parameter_is_refused_and_nobody_is_reminded_or_revoked(
    context: AppContext, platform: Platform, define: Define, query: str, message: str
) -> None:
    expired = add_request(context.database, platform, expires_on=context.database.utc_now() - timedelta(days=1))
    reply = call(define, platform, query)
    assert (reply.status, [error["message"] for error in reply.json["errors"]]) == (422, [message])
    assert status_of(context.database, platform, expired) == "Active"


def test_function_key_is_the_hosts_own_and_no_parameter(context: AppContext, platform: Platform) -> None:
    assert call(revoke_expired, platform, "code=secret").status == 200
