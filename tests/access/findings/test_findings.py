"""The list of findings, and what operators do about them."""

import time
from datetime import timedelta
from typing import Any

import pytest

from access.findings import operations
from reports.operations import list_audit, show_overview
from tests.access.findings.checking import act, check, listed
from tests.calls import call_operation
from tests.connected_requests import ALICE, BOB, Requests
from tests.fake_platforms.server import Answers, Fault
from tests.findings_on_record import leave_act
from tests.sign_in import easy_auth, serve_with


def came_back(requests: Requests) -> tuple[int | str, dict[str, Any]]:
    """A request whose access was removed and is there again, and the finding that tells so."""
    request_id = requests.add(ALICE)
    requests.run()
    requests.connected.grant(ALICE)
    check(requests)
    [finding] = listed()
    return request_id, finding


def unrecorded(requests: Requests) -> dict[str, Any]:
    requests.add(BOB, days=20)
    requests.connected.grant(ALICE)
    check(requests)
    [finding] = listed()
    return finding


def later(requests: Requests, days: float) -> str:
    return (requests.context.database.utc_now() + timedelta(days=days)).isoformat()


def test_list_tells_what_came_back(requests: Requests) -> None:
    request_id, finding = came_back(requests)
    assert (finding["kind"], finding["state"], finding["principal"]) == ("cameBack", "open", ALICE)
    assert (finding["requestId"], finding["platform"]) == (request_id, requests.platform.key)
    assert finding["acts"] == ["takeAway", "adopt", "ignore"]
    assert finding["resource"].endswith(f"({finding['access']})")


def test_list_tells_access_that_no_request_gives(requests: Requests) -> None:
    finding = unrecorded(requests)
    assert (finding["kind"], finding["requestId"], finding["principalKind"]) == ("unrecorded", None, "person")
    assert finding["acts"] == ["takeAway", "adopt", "ignore"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"kind": "unrecorded"}, 1),
        ({"kind": "missing"}, 0),
        ({"principalKind": "group"}, 0),
        ({"q": "alice@"}, 1),
        ({"q": "nothing like it"}, 0),
        ({"state": "ignored"}, 0),
        ({"state": "ended"}, 0),
    ],
)
def test_list_can_be_narrowed(requests: Requests, query: dict[str, str], count: int) -> None:
    unrecorded(requests)
    assert len(listed(**query)) == count


def test_ignored_finding_comes_back_when_its_time_is_over(requests: Requests) -> None:
    finding = unrecorded(requests)
    [outcome] = act(operations.ignore, requests, finding, reason="Known.", until=later(requests, 1 / 86_400))
    assert outcome["problem"] is None
    [ignored] = listed(state="ignored")
    assert (ignored["state"], ignored["ignoredReason"]) == ("ignored", "Known.")
    time.sleep(1.1)
    assert [each["id"] for each in listed()] == [finding["id"]]


def test_ignoring_can_be_undone_and_is_on_the_audit(requests: Requests) -> None:
    finding = unrecorded(requests)
    act(operations.ignore, requests, finding, reason="Known.", until=later(requests, 30))
    assert "stopIgnoring" in listed(state="ignored")[0]["acts"]
    act(operations.stop_ignoring, requests, finding)
    assert listed(state="ignored") == []
    events = call_operation(list_audit, {"from": "2020-01-01"}).json["items"]
    told = [(each["event"], each["by"], each["reason"]) for each in events if each["event"].startswith("finding")]
    assert told == [
        ("findingOpened", None, None),
        ("findingIgnored", "local user", "Known."),
        ("findingNotIgnored", "local user", None),
    ]


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_finding_is_ignored_for_a_year_at_most(requests: Requests, days: int) -> None:
    finding = unrecorded(requests)
    body = {"ids": [finding["id"]], "reason": "Known.", "until": later(requests, days)}
    assert call_operation(operations.ignore(requests.platform), body=body).status == 422


def test_adopted_finding_becomes_a_request_once(requests: Requests) -> None:
    finding = unrecorded(requests)
    given = {"expiresOn": later(requests, 90), "businessReason": "Sales needs it."}
    [first] = act(operations.adopt, requests, finding, **given)
    [second] = act(operations.adopt, requests, finding, **given)
    assert first["problem"] is None
    assert second["problem"]["status"] == 409
    [ended] = listed(state="ended")
    assert (ended["end"], ended["endedBy"], ended["endReason"]) == ("adopted", "local user", "Sales needs it.")
    assert requests.status(requests.platform.parse_id(str(first["requestId"]))) == "Active"
    check(requests)
    assert listed() == []


def test_access_that_a_request_gives_by_now_is_neither_adopted_nor_taken_away(requests: Requests) -> None:
    finding = unrecorded(requests)
    requests.add(ALICE, days=30)
    [adopted] = act(operations.adopt, requests, finding, expiresOn=later(requests, 9), businessReason="Because.")
    [taken] = act(operations.take_away, requests, finding, reason="Because.")
    assert "gives this access by now" in adopted["problem"]["detail"]
    assert "gives this access by now" in taken["problem"]["detail"]
    assert requests.connected.has_grant(ALICE)
    check(requests)
    assert [each["end"] for each in listed(state="ended")] == ["settled"]


def test_access_without_a_request_is_taken_away(requests: Requests) -> None:
    finding = unrecorded(requests)
    [outcome] = act(operations.take_away, requests, finding, reason="Not ours.")
    assert outcome == {"id": finding["id"], "requestId": None, "problem": None}
    assert not requests.connected.has_grant(ALICE)
    assert requests.connected.has_grant(BOB)
    [ended] = listed(state="ended")
    assert (ended["end"], ended["endedBy"], ended["endReason"]) == ("takenAway", "local user", "Not ours.")
    assert ended["verifiedAt"]
    assert ended["verifiedScope"]


def test_access_that_came_back_is_taken_away_with_a_record_of_its_request(requests: Requests) -> None:
    request_id, finding = came_back(requests)
    act(operations.take_away, requests, finding, reason="Again.")
    assert not requests.connected.has_grant(ALICE)
    records = [(each["Outcome"], each["Revoked_By"], each["Reason"]) for each in requests.records(request_id)]
    assert records[1:] == [("removed", "local user", "Again.")]


def test_platform_that_refuses_leaves_the_finding_open(requests: Requests) -> None:
    finding = unrecorded(requests)
    requests.connected.server.faults = [Fault(Answers(403), *requests.connected.removal)]
    [outcome] = act(operations.take_away, requests, finding, reason="Not ours.")
    assert outcome["problem"]["status"] == 502
    requests.connected.server.faults = []
    [outcome] = act(operations.take_away, requests, finding, reason="Not ours.")
    assert outcome["problem"] is None


def test_request_made_during_the_call_is_told_as_removed_in_error(requests: Requests) -> None:
    finding = unrecorded(requests)
    made: list[int | str] = []
    requests.during_removal(lambda: made.append(requests.add(ALICE, days=30, granted=False)))
    act(operations.take_away, requests, finding, reason="Not ours.")
    assert [each["Outcome"] for each in requests.records(made[0])] == ["removedInError"]


def test_two_people_at_once_take_it_away_once(requests: Requests) -> None:
    finding = unrecorded(requests)
    others: list[Any] = []
    requests.during_removal(lambda: others.extend(act(operations.take_away, requests, finding, reason="Me too.")))
    act(operations.take_away, requests, finding, reason="Not ours.")
    assert "has just begun" in others[0]["problem"]["detail"]
    assert [each["endReason"] for each in listed(state="ended")] == ["Not ours."]


def test_overview_counts_findings_and_worries_about_those_of_requests(requests: Requests) -> None:
    came_back(requests)
    requests.connected.grant(BOB)
    check(requests)
    shown = call_operation(show_overview).json
    [figures] = [each for each in shown["platforms"] if each["platform"] == requests.platform.key]
    assert figures["findings"] == [{"kind": "cameBack", "count": 1}, {"kind": "unrecorded", "count": 1}]
    [concern] = [each for each in shown["concerns"] if each["kind"] == "findings"]
    assert (concern["count"], concern["reasons"]) == (1, [{"reason": "cameBack", "count": 1}])


def test_groups_and_the_ids_of_others_are_refused(requests: Requests) -> None:
    unrecorded(requests)
    [outcome] = act(operations.take_away, requests, {"id": 999}, reason="None.")
    assert outcome["problem"]["status"] == 404


def test_stale_act_of_a_dead_process_is_settled_by_the_next_check(requests: Requests) -> None:
    request_id, finding = came_back(requests)
    leave_act(requests.context.database, finding["id"], by="Anna", reason="Away with it.")
    requests.connected.take_all()
    check(requests)
    [ended] = listed(state="ended")
    assert (ended["end"], ended["endedBy"], ended["endReason"]) == ("takenAway", "Anna", "Away with it.")
    assert [each["Revoked_By"] for each in requests.records(request_id)][1:] == ["Anna"]


def test_missing_access_is_given_back(requests: Requests) -> None:
    request_id = requests.add(ALICE, days=20, granted=False)
    requests.add(BOB, days=20)
    check(requests)
    [finding] = listed()
    assert (finding["kind"], finding["acts"]) == ("missing", ["giveBack", "ignore"])
    [outcome] = act(operations.give_back, requests, finding, reason="Needed.")
    assert outcome == {"id": finding["id"], "requestId": request_id, "problem": None}
    assert requests.connected.has_grant(ALICE)
    [ended] = listed(state="ended")
    assert (ended["end"], ended["endedBy"], ended["endReason"]) == ("givenBack", "local user", "Needed.")


def test_platform_that_refuses_to_give_leaves_the_finding_open(requests: Requests) -> None:
    requests.add(ALICE, days=20, granted=False)
    requests.add(BOB, days=20)
    check(requests)
    requests.connected.server.faults = [Fault(Answers(403), *requests.connected.giving)]
    [outcome] = act(operations.give_back, requests, listed()[0], reason="Needed.")
    assert outcome["problem"]["status"] == 502
    assert [each["kind"] for each in listed()] == ["missing"]


ACTS = [
    (operations.take_away, {"reason": "Because."}),
    (operations.give_back, {"reason": "Because."}),
    (operations.adopt, {"expiresOn": "2090-01-01T00:00:00Z", "businessReason": "Because."}),
    (operations.ignore, {"reason": "Because.", "until": "soon"}),
    (operations.stop_ignoring, {}),
]


@pytest.mark.parametrize("role", ["read", "request", "operate"])
@pytest.mark.parametrize(("define", "body"), ACTS)
def test_only_operators_act_on_findings(requests: Requests, define: Any, body: dict[str, str], role: str) -> None:
    serve_with(requests.context, required=True, platform_authenticates=True)
    body = {**body, "until": later(requests, 30)} if "until" in body else body
    reply = call_operation(define(requests.platform), body={"ids": [1], **body}, headers=easy_auth(role))
    assert reply.status == (200 if role == "operate" else 403)


@pytest.mark.parametrize("role", ["read", "request", "operate"])
def test_whoever_reads_sees_the_findings(requests: Requests, role: str) -> None:
    serve_with(requests.context, required=True, platform_authenticates=True)
    assert call_operation(operations.show_findings, headers=easy_auth(role)).status == 200
    assert call_operation(operations.show_findings).status == 401
