"""Access that a person revokes now: recorded as a run records it, and removed where a connector is on."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from access.decisions import remove_now as remove_now
from access.decisions.operations import extend_request, revoke_request, revoke_requests
from access.decisions.platform_calls import NOT_TRIED
from access.models import MAX_DECIDED_AT_ONCE
from access.operations import list_requests, show_request
from access.platforms import Platform
from config.context import AppContext
from jobs.operations import revoke_expired
from reports.operations import show_overview
from sql.database import Database
from tests.calls import Reply, call, call_operation, use_context
from tests.connected_requests import ALICE, BOB, Requests
from tests.fake_platforms.server import Answers, Fault, LosesAnswer, Waits
from tests.faults import lost_commit_answers
from tests.rows import add_request, add_requests, revocation_count, status_of

REASON = "Left the company"
BAD_BODIES: list[dict[str, Any]] = [
    *({}, {"reason": ""}, {"reason": None}, {"reason": "\u202e"}, {"reason": "x", "force": True})
]


def revoke(platform: Platform, request_id: object, reason: str = REASON) -> Reply:
    return call(revoke_request, platform, body={"reason": reason}, path={"id": request_id})


def revoke_many(platform: Platform, ids: list[Any]) -> list[Any]:
    reply = call(revoke_requests, platform, body={"ids": ids, "reason": REASON})
    assert reply.status == 200
    assert [outcome["id"] for outcome in reply.json["outcomes"]] == ids
    return [outcome["problem"] for outcome in reply.json["outcomes"]]


def told(platform: Platform, request_id: object) -> dict[str, Any]:
    """What the request's story says of its revocation."""
    timeline = call(show_request, platform, path={"id": request_id}).json["timeline"]
    (revoked,) = [event for event in timeline if event["event"] == "revoked"]
    return {name: value for name, value in revoked.items() if value is not None}


@pytest.mark.parametrize("days", [-1, 3, None], ids=["expired", "not expired", "never expires"])
def test_request_is_revoked_with_its_record(context: AppContext, platform: Platform, days: int | None) -> None:
    database = context.database
    ends = {} if days is None else {"expires_on": database.utc_now() + timedelta(days=days)}
    request_id, other = add_requests(database, platform, [ends, ends])
    reply = revoke(platform, request_id)
    assert (reply.status, reply.json["status"], reply.json["revokedBy"]) == (200, "Revoked", "local user")
    assert told(platform, request_id).items() >= {"by": "local user", "reason": REASON}.items()
    assert "jobId" not in told(platform, request_id)
    assert status_of(database, platform, other) == "Active"


def test_lines_of_the_reason_may_end_as_on_windows(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    assert revoke(platform, request_id, "Line one\r\nLine two").status == 200
    assert told(platform, request_id)["reason"] == "Line one\nLine two"


def test_revoked_again_it_is_recorded_once(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    revoke(platform, request_id)
    reply = revoke(platform, request_id)
    assert reply.status == 409
    told = r"This request is no longer active\. Its status is Revoked\. local user ended it on \S{10} at \S{5} UTC\."
    assert re.fullmatch(told, reply.json["detail"])
    assert revocation_count(context.database, platform, request_id) == 1


def test_what_a_person_revoked_the_run_leaves_alone(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform, expires_on=context.database.utc_now() - timedelta(days=1))
    revoke(platform, request_id)
    assert call(revoke_expired, platform, body=b" ").json["revokedCount"] == 0
    assert revocation_count(context.database, platform, request_id) == 1


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": None}, {"reason": "x", "force": True}, {"reason": "\u202e"}]
)
def test_reason_is_needed(context: AppContext, platform: Platform, body: dict[str, Any]) -> None:
    request_id = add_request(context.database, platform)
    assert call(revoke_request, platform, body=body, path={"id": request_id}).status == 422
    assert status_of(context.database, platform, request_id) == "Active"


def test_of_many_each_is_revoked_or_told_why_not(context: AppContext, platform: Platform) -> None:
    active, gone = add_requests(context.database, platform, [{}, {"status": "Pending"}])
    problems = revoke_many(platform, [gone, active])
    assert problems[1] is None
    assert (problems[0]["status"], problems[0]["title"]) == (409, "Nothing to decide")
    assert [status_of(context.database, platform, each) for each in (active, gone)] == ["Revoked", "Pending"]


def test_500_at_once_are_revoked(context: AppContext, platform: Platform) -> None:
    ids = add_requests(context.database, platform, [{}] * MAX_DECIDED_AT_ONCE)
    assert set(revoke_many(platform, ids)) == {None}
    assert call(list_requests, platform, {"status": "Revoked"}).json["total"] == MAX_DECIDED_AT_ONCE


def test_commit_whose_answer_is_lost_is_told_and_sent_again_does_nothing_twice(
    context: AppContext, platform: Platform
) -> None:
    request_id = add_request(context.database, platform)
    with lost_commit_answers(context.database, after_commit=True):
        reply = revoke(platform, request_id)
    assert (reply.status, reply.json["title"]) == (503, "Perhaps done")
    assert revoke(platform, request_id).status == 409
    assert revocation_count(context.database, platform, request_id) == 1


@pytest.fixture
def connected_requests(requests: Requests) -> Requests:
    """Calls are answered with the connector on."""
    use_context(requests.context)
    return requests


def test_access_is_removed_seen_gone_and_recorded(connected_requests: Requests) -> None:
    requests = connected_requests
    request_id = requests.add(days=20)
    reply = revoke(requests.platform, request_id)
    assert (reply.status, reply.json["status"], reply.json["removal"]) == (200, "Revoked", "removed")
    assert reply.json["verifiedAt"] is not None
    assert not requests.connected.has_grant(ALICE)
    [record] = requests.records(request_id)
    assert (record["Outcome"], record["Revoked_By"], record["Job_Id"]) == ("removed", "local user", None)
    assert (record["Reason"], record["Platform_Request_Id"][:5]) == (REASON, "call-")


def test_what_is_gone_already_is_revoked_and_says_so(connected_requests: Requests) -> None:
    requests = connected_requests
    requests.add(BOB, days=1)
    request_id = requests.add(granted=False, days=20)
    requests.add(resource=1, days=1)  # the person is known
    assert revoke(requests.platform, request_id).json["removal"] == "alreadyGone"


@pytest.mark.parametrize(
    "action",
    [Answers(403), Answers(500), Answers(401), Waits(60)],
    ids=["refuses", "breaks", "lets nobody in", "hangs"],
)
def test_what_the_platform_keeps_stays_active_and_says_why(
    connected_requests: Requests, action: Answers | Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = connected_requests
    monkeypatch.setattr(remove_now, "DECISION_SECONDS", 0.5)
    request_id = requests.add(days=20)
    requests.connected.server.faults = [Fault(action, *requests.connected.removal)]
    reply = revoke(requests.platform, request_id)
    assert (reply.status, reply.json["title"]) == (502, "Not removed")
    assert reply.json["detail"].endswith(".")
    assert requests.status(request_id) == "Active"
    assert requests.records(request_id) == []


def test_answer_of_the_platform_that_gets_lost_is_made_good_by_the_look(connected_requests: Requests) -> None:
    requests = connected_requests
    request_id = requests.add(days=20)
    requests.connected.server.faults = [Fault(LosesAnswer(), *requests.connected.removal)]
    assert revoke(requests.platform, request_id).json["removal"] == "removed"


def test_removal_that_cannot_be_recorded_is_recorded_when_it_is_sent_again(
    connected_requests: Requests, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = connected_requests
    request_id = requests.add(days=20)
    with lost_commit_answers(requests.context.database, after_commit=False, skip=1):  # the first is the intent's
        reply = revoke(requests.platform, request_id)
    assert (reply.status, reply.json["title"]) == (503, "Perhaps done")
    assert requests.status(request_id) == "Active"
    assert not requests.connected.has_grant(ALICE)
    assert revoke(requests.platform, request_id).json["removal"] == "alreadyGone"


def test_access_that_another_request_gives_is_superseded(connected_requests: Requests) -> None:
    requests = connected_requests
    request_id = requests.add(days=20)
    other = requests.add(days=30)
    reply = revoke(requests.platform, request_id)
    assert (reply.status, reply.json["status"], reply.json["removal"]) == (200, "Superseded", "superseded")
    assert reply.json["stillEffectiveThrough"] == f"request {other}"
    assert requests.connected.has_grant(ALICE)


def test_all_requests_that_give_the_same_are_removed_together(connected_requests: Requests) -> None:
    requests = connected_requests
    ids = [requests.add(days=days) for days in (-1, 20, 30)]
    assert revoke_many(requests.platform, ids) == [None] * 3
    assert [requests.status(request_id) for request_id in ids] == ["Revoked"] * 3
    assert not requests.connected.has_grant(ALICE)


def test_what_fails_on_one_resource_keeps_nothing_from_the_others(connected_requests: Requests) -> None:
    requests = connected_requests
    ids = [requests.add(days=20, resource=number) for number in range(3)]
    requests.connected.server.faults = [Fault(Answers(403), *requests.connected.removal, times=1)]
    problems = revoke_many(requests.platform, ids)
    (failed,) = [number for number, problem in enumerate(problems) if problem]
    assert problems[failed]["status"] == 502
    assert [requests.status(request_id) for request_id in ids].count("Revoked") == 2
    assert [number for number in range(3) if requests.connected.has_grant(ALICE, number)] == [failed]
    assert requests.status(ids[failed]) == "Active"


@pytest.mark.slow
@pytest.mark.slow
def test_more_than_there_is_time_for_gets_on_and_says_what_was_not_tried(
    connected_requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    """60 resources take 180 calls and more, of which there is time for some 60."""
    requests = connected_requests
    monkeypatch.setattr(remove_now, "DECISION_SECONDS", 6.0)
    settings = requests.context.settings.model_copy(update={"connector_requests_per_second": 10})
    use_context(replace(requests.context, settings=settings))
    ids = [requests.add(days=20, resource=number) for number in range(60)]
    revoked_counts = []
    for _ in range(2):
        details = [problem and problem["detail"] for problem in revoke_many(requests.platform, ids)]
        assert NOT_TRIED in details
        revoked_counts.append([requests.status(request_id) for request_id in ids].count("Revoked"))
    assert 0 < revoked_counts[0] < revoked_counts[1] < len(ids)


def test_extension_in_the_middle_of_a_removal_is_told(connected_requests: Requests) -> None:
    requests = connected_requests
    request_id = requests.add(days=20)
    requests.during_removal(lambda: extend(requests.platform, request_id, requests.context.database))
    reply = revoke(requests.platform, request_id)
    assert (reply.status, reply.json["title"]) == (409, "Removed in error")
    assert requests.status(request_id) == "Extended"
    [found] = requests.records(request_id)
    assert found["Outcome"] == "removedInError"
    (concern,) = call_operation(show_overview).json["concerns"]
    assert (concern["kind"], concern["jobId"], concern["count"]) == ("removedInError", None, 1)


def extend(platform: Platform, request_id: int | str, database: Database) -> None:
    expires_on = (database.utc_now() + timedelta(days=90)).isoformat()
    body = {"expiresOn": expires_on, "businessReason": "The audit takes longer"}
    assert call(extend_request, platform, body=body, path={"id": request_id}).status == 201
