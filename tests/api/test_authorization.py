"""Who may do what: the platform's principal in both spellings, and the role that each endpoint needs."""

import base64
from typing import Any

import pytest

from access import operations as access_requests
from access.platforms import Platform
from api.authorization import LOCAL_CALLER_NAME, PRINCIPAL_HEADER
from api.operations import Operation
from config.context import AppContext
from jobs import operations as jobs
from jobs.job_types import JOB_TYPES
from reports import operations as history
from tests.calls import VALID_REQUESTS, Define, Reply, call, call_operation
from tests.rows import add_run
from tests.sign_in import claiming, easy_auth, encoded, serve_with, static_web_app

READERS = {"read", "request", "operate"}
NEEDED_ROLES: list[tuple[Define, set[str]]] = [
    (access_requests.list_requests, READERS),
    (access_requests.list_pending_expiry, READERS),
    (access_requests.list_pending_notifications, READERS),
    (jobs.notification_job_status, READERS),
    (jobs.revoke_job_status, READERS),
    (access_requests.create_request, {"request", "create"}),
    (jobs.send_expiry_notifications, {"operate"}),
    (jobs.revoke_expired, {"operate"}),
]
UNREADABLE_PRINCIPALS: list[Any] = [
    None,
    7,
    [],
    "read",
    {},
    {"claims": None},
    {"claims": "read"},
    {"claims": [{}]},
    {"claims": [["typ", "val"]]},
    {"userRoles": None, "userDetails": "alice"},
    {"userRoles": [["read"]], "userDetails": "alice"},
    {"userRoles": ["read"]},
    {"userRoles": "operate", "userDetails": "alice"},
    {"userRoles": {"operate": 1}, "userDetails": "alice"},
    {"userRoles": ["operate", 7], "userDetails": "alice"},
    {"userRoles": ["read"], "userDetails": "alice" * 100},
    {"userRoles": ["read"], "userDetails": "alice\n2026-01-01 INFO forged"},
    {"userRoles": ["read"], "userDetails": "alice@test.com", "padding": "x" * 64 * 1024},
    {"userRoles": ["read"], "userDetails": "alice\ud800@test.com"},
    {"claims": [{"typ": "roles", "val": "read"}, {"typ": "upn", "val": "\udc00"}]},
]


@pytest.fixture
def secured(context: AppContext) -> None:
    serve_with(context, required=True, platform_authenticates=True)


def request(handler: Define, platform: Platform, headers: dict[str, str] | None = None) -> Reply:
    body = VALID_REQUESTS[platform] if handler is access_requests.create_request else b""
    return call(handler, platform, body=body, headers=headers)


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize("principal", [easy_auth, static_web_app])
@pytest.mark.parametrize("role", ["read", "create", "request", "operate", "admin", "Read"])
@pytest.mark.parametrize(("handler", "roles"), NEEDED_ROLES)
def test_endpoint_asks_for_its_role(
    platform: Platform, handler: Define, roles: set[str], role: str, principal: Any
) -> None:
    reply = request(handler, platform, principal(role))
    if role in roles:
        assert reply.status in (200, 201)
    else:
        assert (reply.status, reply.mimetype) == (403, "application/problem+json")


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize(("handler", "roles"), NEEDED_ROLES)
def test_nobody_signed_in_is_answered_401(platform: Platform, handler: Define, roles: set[str]) -> None:
    reply = request(handler, platform)
    assert (reply.status, reply.mimetype) == (401, "application/problem+json")
    assert reply.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.usefixtures("secured")
def test_several_roles_add_up(platform: Platform) -> None:
    headers = easy_auth("request", "operate")
    assert request(access_requests.create_request, platform, headers).status == 201
    assert request(jobs.revoke_expired, platform, headers).status == 200


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize(
    "header",
    [
        "garbage",
        "%%%",
        "bm8ganNvbg==",
        base64.b64encode(b"\xff\xfe").decode(),
        base64.b64encode(b"[" * 20_000).decode(),
        *(encoded(principal)[PRINCIPAL_HEADER] for principal in UNREADABLE_PRINCIPALS),
    ],
    ids=lambda header: header[:24],
)
def test_unreadable_principal_is_nobody(platform: Platform, header: str) -> None:
    for operation in (access_requests.list_requests, jobs.revoke_expired):
        assert call(operation, platform, headers={PRINCIPAL_HEADER: header}).status == 401


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize(
    ("headers", "name", "trigger"),
    [
        (static_web_app("operate"), "alice@test.com", "person"),
        (easy_auth("operate"), "alice@test.com", "person"),
        (easy_auth("operate", name_typ="name"), "alice@test.com", "person"),
        (claiming(upn="alice@test.com", name="Alice", oid="4f0b"), "alice@test.com", "person"),
        (claiming(name="Alice", oid="4f0b"), "4f0b", "person"),
        (claiming(azp="robot", oid="4f0b"), "robot", "automation"),
        (claiming(appid="robot"), "robot", "automation"),
        (claiming(appid="client", name="Alice"), "client", "person"),
        (claiming(appid="client", scp="user_impersonation"), "client", "person"),
        (claiming(), "unnamed caller", "person"),
    ],
)
def test_run_is_recorded_under_what_tells_its_caller_apart(
    platform: Platform, headers: dict[str, str], name: str, trigger: str
) -> None:
    run_id = request(jobs.revoke_expired, platform, headers).json["jobId"]
    run = call_operation(history.show_job_run, path={"jobId": run_id}, headers=headers).json
    assert (run["triggeredBy"], run["trigger"]) == (name, trigger)


@pytest.mark.usefixtures("secured")
def test_only_who_may_operate_may_cancel_a_run(context: AppContext) -> None:
    job_id = add_run(context.database, JOB_TYPES[0])
    for role in ("read", "request"):
        assert call_operation(history.cancel_job_run, path={"jobId": job_id}, headers=easy_auth(role)).status == 403
    assert call_operation(history.cancel_job_run, path={"jobId": job_id}, headers=easy_auth("operate")).status == 409


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize(
    "operation",
    [
        access_requests.list_requests_of_person,
        history.list_job_run_items,
        history.list_job_runs,
        history.show_job_run,
        history.show_overview,
    ],
    ids=lambda operation: operation.name,
)
def test_history_is_for_readers(operation: Operation) -> None:
    assert call_operation(operation).status == 401
    assert call_operation(operation, headers=easy_auth("admin")).status == 403
    path = {"jobId": "none"}
    assert call_operation(operation, headers=easy_auth("read"), path=path).status in (200, 404, 422)


@pytest.mark.parametrize("required", [True, False])
def test_principal_is_refused_where_no_platform_vouches_for_it(
    context: AppContext, platform: Platform, required: bool
) -> None:
    serve_with(context, required=required, platform_authenticates=False)
    reply = request(access_requests.list_requests, platform, easy_auth("read"))
    assert reply.status == 400
    assert PRINCIPAL_HEADER in reply.json["detail"]


def test_header_alone_opens_nothing_where_authorization_is_required(context: AppContext, platform: Platform) -> None:
    serve_with(context, required=True, platform_authenticates=False)
    assert request(jobs.revoke_expired, platform).status == 401


@pytest.mark.parametrize(("handler", "roles"), NEEDED_ROLES)
def test_everybody_may_do_everything_where_authorization_is_not_required(
    platform: Platform, handler: Define, roles: set[str]
) -> None:
    assert request(handler, platform).status in (200, 201)


def test_local_run_is_recorded_under_the_local_name(platform: Platform) -> None:
    request(jobs.revoke_expired, platform)
    assert request(jobs.revoke_job_status, platform).json["lastRun"]["triggeredBy"] == LOCAL_CALLER_NAME


def test_signed_in_caller_is_held_to_their_roles_where_authorization_is_not_required(
    context: AppContext, platform: Platform
) -> None:
    serve_with(context, required=False, platform_authenticates=True)
    assert request(jobs.revoke_expired, platform, easy_auth("read")).status == 403


@pytest.mark.usefixtures("secured")
def test_caller_without_permission_changes_nothing(platform: Platform) -> None:
    request(access_requests.create_request, platform, easy_auth("operate"))
    assert request(access_requests.list_requests, platform, easy_auth("read")).json["total"] == 0
