"""Who may decide about whose requests: the matrix of decisions, app roles, and whose request it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from access.decisions import operations as decisions
from access.decisions.decide import signs_in_at
from access.operations import show_caller, show_request
from access.platforms import PLATFORMS, Platform
from api.authorization import Caller
from config.context import AppContext
from config.settings import read_settings
from tests.calls import Define, Reply, call, call_operation, use_context
from tests.fake_platforms.connected import Connected
from tests.rows import add_request, status_of
from tests.sign_in import claiming, easy_auth, serve_with, static_web_app

ALICE, BOB = "alice@test.com", "bob@test.com"
BODIES: dict[Define, dict[str, Any]] = {
    decisions.extend_request: {"businessReason": "The audit takes longer"},
    decisions.let_request_expire: {},
    decisions.undo_let_request_expire: {},
    decisions.revoke_request: {"reason": "Left the company"},
}
OF_MANY: dict[Define, Define] = {
    decisions.extend_request: decisions.extend_requests,
    decisions.let_request_expire: decisions.let_requests_expire,
    decisions.undo_let_request_expire: decisions.undo_let_requests_expire,
    decisions.revoke_request: decisions.revoke_requests,
}
# Alice signs in; by role, whose requests she may decide about.
MATRIX = [
    ("read", ALICE, False),
    ("read", BOB, False),
    ("request", ALICE, True),
    ("request", f"\u200b {ALICE}\u00a0", True),
    ("request", BOB, False),
    ("operate", ALICE, True),
    ("operate", BOB, True),
    ("create", ALICE, False),
    ("admin", ALICE, False),
]


@pytest.fixture(autouse=True)
def _secured(context: AppContext) -> None:
    serve_with(context, required=True, platform_authenticates=True)


def body_of(decision: Define, context: AppContext) -> dict[str, Any]:
    body = BODIES[decision]
    if decision is decisions.extend_request:
        body = {**body, "expiresOn": (context.database.utc_now() + timedelta(days=90)).isoformat()}
    return body


def decide(
    decision: Define, platform: Platform, context: AppContext, request_id: object, headers: dict[str, str]
) -> Reply:
    return call(decision, platform, body=body_of(decision, context), path={"id": request_id}, headers=headers)


def add_ending(context: AppContext, platform: Platform, email: str) -> int | str:
    return add_request(
        context.database, platform, email=email, expires_on=context.database.utc_now() + timedelta(days=3)
    )


@pytest.mark.parametrize("sign_in", [easy_auth, static_web_app])
@pytest.mark.parametrize(("role", "email", "may"), MATRIX)
@pytest.mark.parametrize("decision", BODIES, ids=lambda define: define.__name__)
def test_role_and_whose_request_it_is_decide_who_may(
    context: AppContext,
    platform: Platform,
    decision: Define,
    role: str,
    email: str,
    may: bool,
    sign_in: Callable[[str], dict[str, str]],
) -> None:
    request_id = add_ending(context, platform, email)
    reply = decide(decision, platform, context, request_id, sign_in(role))
    assert reply.status in ((200, 201) if may else (403,))
    if not may:
        assert status_of(context.database, platform, request_id) == "Active"
        shown = call(show_request, platform, path={"id": request_id}, headers=easy_auth("read")).json
        assert shown["letExpireAt"] is None


@pytest.mark.parametrize("decision", BODIES, ids=lambda define: define.__name__)
def test_nobody_decides_without_signing_in(context: AppContext, platform: Platform, decision: Define) -> None:
    request_id = add_ending(context, platform, ALICE)
    assert decide(decision, platform, context, request_id, {}).status == 401
    assert status_of(context.database, platform, request_id) == "Active"


@pytest.mark.parametrize("decision", BODIES, ids=lambda define: define.__name__)
def test_of_many_only_ones_own_are_decided_about(context: AppContext, platform: Platform, decision: Define) -> None:
    own, other = (add_ending(context, platform, email) for email in (ALICE, BOB))
    body = {**body_of(decision, context), "ids": [other, own]}
    reply = call(OF_MANY[decision], platform, body=body, headers=easy_auth("request"))
    assert [outcome["problem"] and outcome["problem"]["status"] for outcome in reply.json["outcomes"]] == [403, None]
    assert status_of(context.database, platform, other) == "Active"


@pytest.mark.parametrize("decision", OF_MANY.values(), ids=lambda define: define.__name__)
def test_readers_may_not_even_ask(platform: Platform, decision: Define) -> None:
    assert call(decision, platform, body={"ids": [1]}, headers=easy_auth("read")).status == 403


@pytest.mark.parametrize("role", ["read", "request", "admin"])
def test_only_operators_give_access_back_even_to_themselves(context: AppContext, platform: Platform, role: str) -> None:
    request_id = add_ending(context, platform, ALICE)
    body = {"reason": "Still needed"}
    for give, more in ((decisions.give_request_back, {}), (decisions.give_requests_back, {"ids": [request_id]})):
        path = {"id": request_id}
        assert call(give, platform, body={**body, **more}, path=path, headers=easy_auth(role)).status == 403
        assert call(give, platform, body={**body, **more}, path=path).status == 401
        # Where access is only recorded, an operator is told so.
        reply = call(give, platform, body={**body, **more}, path=path, headers=easy_auth("operate"))
        assert reply.status == (200 if more else 409)


@pytest.mark.parametrize("written", ["Alice@Test.COM", " alice@test.com "])
def test_addresses_are_compared_as_addresses_are(context: AppContext, platform: Platform, written: str) -> None:
    request_id = add_ending(context, platform, written)
    assert decide(decisions.let_request_expire, platform, context, request_id, easy_auth("request")).status == 200


@pytest.mark.parametrize(
    "other",
    [
        "\u212a@test.com",  # the Kelvin sign, which folds to k
        "stra\u00dfe@test.com",
        "alice@test.com.evil.com",
        "xalice@test.com",
        "",
    ],
)
def test_address_that_only_looks_or_folds_alike_is_somebody_elses(other: str) -> None:
    for name in ("k@test.com", "strasse@test.com", ALICE):
        assert not signs_in_at(Caller(name), other)


@pytest.mark.parametrize(
    "headers",
    [
        claiming(roles="request", azp="robot", oid="4f0b"),
        claiming(roles="request", name=ALICE, oid="4f0b"),
        claiming(roles="request", email=ALICE, oid="4f0b"),
    ],
    ids=["application", "display name", "email claim"],
)
def test_only_what_one_signs_in_with_is_ones_address(
    context: AppContext, platform: Platform, headers: dict[str, str]
) -> None:
    request_id = add_ending(context, platform, ALICE)
    assert decide(decisions.let_request_expire, platform, context, request_id, headers).status == 403


def test_application_that_operates_decides_about_everybodys(context: AppContext, platform: Platform) -> None:
    request_id = add_ending(context, platform, BOB)
    headers = claiming(azp="robot", oid="4f0b")
    reply = decide(decisions.let_request_expire, platform, context, request_id, headers)
    assert (reply.status, reply.json["letExpireBy"]) == (200, "robot")


def test_caller_is_told_who_it_is_and_what_it_may(context: AppContext) -> None:
    told = {"name": ALICE, "email": ALICE, "roles": ["read", "request"], "maxExtensionDays": 180}
    caller = call_operation(show_caller, headers=easy_auth("request", "read", "admin")).json
    assert {name: caller[name] for name in told} == told
    robot = call_operation(show_caller, headers=claiming(azp="robot")).json
    assert (robot["name"], robot["email"], robot["roles"]) == ("robot", None, ["operate"])
    assert call_operation(show_caller).status == 401


def test_caller_is_told_that_revoking_only_records_where_no_connector_is_on() -> None:
    told = call_operation(show_caller, headers=easy_auth("read")).json["platforms"]
    assert told == [{"platform": platform.key, "removesAccess": False} for platform in PLATFORMS]


def test_caller_is_told_on_which_platform_revoking_removes_access(
    context: AppContext, platform: Platform, connected: Connected
) -> None:
    settings = read_settings(database_url=context.settings.database_url, **connected.settings)
    use_context(AppContext(settings, context.database, context.database))
    told = call_operation(show_caller).json["platforms"]
    assert [each["platform"] for each in told if each["removesAccess"]] == [platform.key]
