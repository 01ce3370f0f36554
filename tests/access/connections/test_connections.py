"""The connections to the platforms: what a check finds, what is kept of it, and what faults of a platform do to it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from access.connections import check as checks
from access.connections.operations import check_connection_again, show_connections
from access.connections.records import SEES_NOTHING
from access.platforms import DATABRICKS, PALANTIR, Platform
from access.platforms.platform import Platform as AnyPlatform
from config.context import AppContext
from config.settings import read_settings
from jobs.revocations.access_check import run_access_check
from reports.operations import show_overview
from tests.calls import Reply, call_operation, calls_on
from tests.connected_requests import BOB, Requests
from tests.fake_platforms.connected import Connected
from tests.fake_platforms.server import Answers, Fault, LosesAnswer, Spoils, Waits
from tests.jobs.run_requests import check_run
from tests.sign_in import easy_auth

SECRETS = ("databricks-token", "databricks-secret", "foundry-secret")


@pytest.fixture
def on(requests: Requests) -> Iterator[Requests]:
    with calls_on(requests.context):
        yield requests


def check(platform: AnyPlatform) -> dict[str, Any]:
    reply = call_operation(check_connection_again(platform))
    assert reply.status == 200, reply.text
    checked: dict[str, Any] = reply.json
    return checked


def shown(platform: AnyPlatform) -> dict[str, Any]:
    reply = call_operation(show_connections)
    assert not any(secret in reply.text for secret in SECRETS)
    [connection] = [each for each in reply.json["connections"] if each["platform"] == platform.key]
    return dict(connection)


def rights(checked: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        place["name"]: (place["maySee"]["answer"], place["mayRemove"]["answer"])
        for place in checked["lastCheck"]["places"]
    }


def concerns(platform: AnyPlatform) -> list[str]:
    found = call_operation(show_overview).json["concerns"]
    return [
        each["reasons"][0]["reason"]
        for each in found
        if each["kind"] == "connection" and each["platform"] == platform.key
    ]


def changes(connected: Connected) -> list[Any]:
    return connected.server.called(*connected.removal) + connected.server.called(*connected.giving)


def refuse_sign_in(connected: Connected) -> None:
    connected.server.faults = [Fault(Answers(401, {"message": "Token expired", "errorName": "Unauthorized"}))]


@pytest.fixture
def blind(on: Requests) -> None:
    """The platform shows the app nothing of others."""
    if on.platform is DATABRICKS:
        on.connected.fake.metastore_admin = "somebody@test.com"
    else:
        on.connected.fake.hides_roles = True


def let_see(on: Requests) -> None:
    if on.platform is DATABRICKS:
        on.connected.fake.metastore_admin = "11111111-2222-4333-8444-555555555555"
    else:
        on.connected.fake.hides_roles = False


def test_nothing_is_known_before_the_first_check_and_showing_calls_no_platform(on: Requests) -> None:
    on.add()
    connection = shown(on.platform)
    assert (connection["isOn"], connection["lastCheck"], connection["lastRun"]) == (True, None, None)
    assert connection["host"].startswith("http://127.0.0.1")
    assert connection["signInBy"] == {"databricks": "token", "palantir": "clientCredentials"}[on.platform.key]
    assert (connection["requestsPerSecond"], connection["maxConcurrency"]) == (10_000, 4)
    assert on.connected.server.calls == []
    assert concerns(on.platform) == []


def test_platform_that_is_only_recorded_has_no_connection(context: AppContext, platform: Platform) -> None:
    with calls_on(context):
        assert shown(platform)["isOn"] is False
        reply = call_operation(check_connection_again(platform))
    assert (reply.status, reply.json["title"]) == (409, "Not connected")


def test_check_tells_as_whom_where_and_how_many_requests_and_changes_nothing(on: Requests) -> None:
    on.add(days=5)
    on.add(BOB, days=-1)
    checked = check(on.platform)
    [place] = checked["lastCheck"]["places"]
    assert place["activeRequests"] == 2
    assert place["maySee"]["answer"] == "yes"
    name = {"databricks": "main", "palantir": "ri.foundry.main.dataset.0"}[on.platform.key]
    assert place["name"] == name
    own = {"databricks": "11111111-2222-4333-8444-555555555555", "palantir": "application app, user 99999999"}
    assert checked["lastCheck"]["signedInAs"].startswith(own[on.platform.key])
    assert checked["lastCheck"]["use"]["signedInAt"] is not None
    assert checked["lastCheck"]["use"]["lastError"] is None
    assert checked["lastCheck"]["checkedBy"]
    assert changes(on.connected) == []
    assert shown(on.platform) == checked


def test_check_without_requests_tells_as_whom(on: Requests) -> None:
    checked = check(on.platform)
    assert (checked["lastCheck"]["places"], checked["lastCheck"]["sees"]) == ([], None)
    assert checked["lastCheck"]["signedInAs"]
    assert concerns(on.platform) == []


@pytest.mark.usefixtures("blind")
def test_platform_that_hides_grants_is_a_concern_until_the_next_good_check(on: Requests) -> None:
    on.add(days=5, granted=False)
    assert {see for see, _ in rights(check(on.platform)).values()} == {"no"}
    assert concerns(on.platform) == [SEES_NOTHING]
    let_see(on)
    assert concerns(on.platform) == [SEES_NOTHING]
    assert {see for see, _ in rights(check(on.platform)).values()} == {"yes"}
    assert concerns(on.platform) == []


def test_refused_sign_in_is_told_in_words_and_a_concern_until_the_app_is_let_in(on: Requests) -> None:
    on.add(days=5)
    refuse_sign_in(on.connected)
    checked = check(on.platform)["lastCheck"]
    assert (checked["use"]["isRefused"], checked["signedInAs"], checked["sees"]) == (True, None, False)
    [place] = checked["places"]
    assert (place["maySee"]["answer"], place["mayRemove"]["answer"]) == ("notKnown", "notKnown")
    assert place["maySee"]["why"] == checked["use"]["lastError"]
    assert "401" in checked["use"]["lastError"]
    assert concerns(on.platform) == [checked["use"]["lastError"]]
    on.connected.server.faults = []
    run_access_check(on.context, check_run(on.platform))
    assert concerns(on.platform) == []
    assert shown(on.platform)["lastRun"]["use"]["lastError"] is None


def test_run_that_is_refused_is_a_concern_until_the_next_good_run(on: Requests) -> None:
    on.add(days=5)
    check(on.platform)
    refuse_sign_in(on.connected)
    run_access_check(on.context, check_run(on.platform))
    last = shown(on.platform)["lastRun"]
    assert (last["use"]["isRefused"], last["jobType"]) == (True, f"AccessCheck{on.platform.title}")
    assert concerns(on.platform) == [last["use"]["lastError"]]
    on.connected.server.faults = []
    on.run()
    assert concerns(on.platform) == [last["use"]["lastError"]], "a run that calls nothing proves nothing"
    on.add(BOB, days=-1)
    on.run()
    last = shown(on.platform)["lastRun"]
    assert (last["jobType"], last["use"]["isRefused"]) == (f"RevokeExpired{on.platform.title}", False)
    assert concerns(on.platform) == []


def test_platform_that_hangs_is_given_up_in_time(on: Requests, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECK_SECONDS", 0.5)
    on.add(days=5)
    on.connected.server.faults = [Fault(Waits(3))]
    began = time.monotonic()
    checked = check(on.platform)["lastCheck"]
    assert time.monotonic() - began < 2.5
    assert checked["sees"] is False
    assert concerns(on.platform)


def test_answers_that_ask_to_wait_are_counted(on: Requests) -> None:
    on.add(days=5)
    on.connected.server.faults = [Fault(Answers(429, {}, {"retry-after": "0"}), "GET", times=2)]
    use = check(on.platform)["lastCheck"]["use"]
    assert (use["throttled"], use["isRefused"]) == (2, False)
    assert use["calls"] > 2


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("by", [None, 7, "other", []], ids=str)
def test_answers_of_another_shape_never_fail_a_check(on: Requests, place: int, by: Any) -> None:
    on.add(days=5)
    on.connected.server.faults = [Fault(Spoils(place, by), "GET")]
    assert check(on.platform)["lastCheck"]["places"]


BROKEN = [Answers(503, text="<h1>gateway</h1>"), Answers(200, text="<p>sign in"), LosesAnswer()]


@pytest.mark.parametrize("fault", BROKEN)
def test_proxy_in_between_never_looks_like_a_right(on: Requests, fault: Any) -> None:
    on.add(days=5)
    on.connected.server.faults = [Fault(fault, "GET")]
    checked = check(on.platform)["lastCheck"]
    assert {(each["maySee"]["answer"], each["mayRemove"]["answer"]) for each in checked["places"]} == {
        ("notKnown", "notKnown")
    }
    assert checked["use"]["lastError"]


def test_removal_seen_gone_shows_that_the_app_may_remove(on: Requests) -> None:
    on.add(days=-1)
    on.run()
    on.add(BOB, days=5)
    [place] = check(on.platform)["lastCheck"]["places"]
    assert place["mayRemove"]["answer"] == "yes"
    if on.platform is PALANTIR:
        assert "removed a grant there" in place["mayRemove"]["why"]


def test_resource_that_is_not_there_tells_nothing_about_its_place(on: Requests) -> None:
    request_id = on.add(days=5, granted=False)
    assert request_id
    on.connected.fake.__dict__.get("tables", set()).clear()
    on.connected.fake.__dict__.get("folder_of", {}).clear()
    [place] = check(on.platform)["lastCheck"]["places"]
    assert (place["maySee"]["answer"], place["mayRemove"]["answer"]) == ("notKnown", "notKnown")
    assert "shows this app no" in place["maySee"]["why"]


def test_only_operators_check_and_every_reader_looks(requests: Requests) -> None:
    settings = requests.context.settings.model_copy(
        update={"require_authorization": True, "website_auth_enabled": True}
    )
    again = check_connection_again(requests.platform)

    def status(reply: Reply) -> int:
        return reply.status

    with calls_on(replace(requests.context, settings=settings)):
        assert status(call_operation(show_connections)) == 401
        assert status(call_operation(again)) == 401
        for role, may_read, may_check in (
            ("read", 200, 403),
            ("request", 200, 403),
            ("operate", 200, 200),
            ("admin", 403, 403),
        ):
            assert status(call_operation(show_connections, headers=easy_auth(role))) == may_read, role
            assert status(call_operation(again, headers=easy_auth(role))) == may_check, role


def test_settings_say_by_which_way_the_app_signs_in() -> None:
    from access.connections.operations import _sign_in

    host = {"databricks_access": "unity-catalog", "databricks_host": "https://adb-1.2.azuredatabricks.net"}
    ways = [
        read_settings(**host, databricks_token="t"),
        read_settings(**host, databricks_client_id="c", databricks_client_secret="s"),
        read_settings(**host),
    ]
    found = [_sign_in(settings, DATABRICKS)["sign_in_by"] for settings in ways]
    assert found == ["token", "clientCredentials", "managedIdentity"]
