"""Removals whose process dies between the call and the record: whoever comes next looks, and records what happened."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from access.decisions.extend import extend_requests
from access.decisions.operations import revoke_request
from access.decisions.revoke_now import revoke_requests
from access.models import ExtendRequest
from access.platforms import DATABRICKS, Platform
from access.revocations.records import Revoker
from api.authorization import Caller, Permission
from config.context import AppContext
from jobs.job_types import JobKind, JobType
from jobs.models import RevokeExpiredResponse
from jobs.request import RunRequest
from jobs.revocations.access_check import run_access_check
from jobs.revocations.run import REVOKED_BY, run_revoke_expired
from jobs.runs.errors import JobFailedError
from reports.operations import show_overview
from tests.calls import call, call_operation, use_context
from tests.connected_requests import ALICE, BOB, Requests
from tests.fake_platforms.server import Answers, Fault, LosesAnswer, Waits
from tests.faults import failing_statements, lost_commit_answers, refused_rows, statements_seen
from tests.jobs.run_requests import revoke_run
from tests.removal_intents import age_intents, intended, leave_intent
from tests.rows import add_request, add_run, age_heartbeat, delete_request, status_of

ANNA = Caller("Anna", frozenset(Permission))
REASON = "Left the company"
Id = int | str


def run(requests: Requests) -> RevokeExpiredResponse:
    return requests.run()


def check(requests: Requests) -> None:
    run_access_check(requests.context, RunRequest(JobType(JobKind.ACCESS_CHECK, requests.platform), "timer"))


def revoke(requests: Requests, request_id: Id, caller: Caller = ANNA) -> str | None:
    """What the person is told, if it is not done."""
    (decided,) = revoke_requests(requests.context, requests.platform, caller, [request_id], REASON)
    return str(decided.error) if decided.error else None


def extend(requests: Requests, request_id: Id) -> None:
    expires_on = requests.context.database.utc_now() + timedelta(days=90)
    extension = ExtendRequest.model_validate({"expiresOn": expires_on, "businessReason": "The audit takes longer"})
    (decided,) = extend_requests(requests.context, requests.platform, ANNA, [request_id], extension)
    assert decided.error is None


def die_before_the_record(requests: Requests, act: Callable[[], object]) -> None:
    """`act` removes the grant, and fails when it would record that. What it holds is free at once."""
    record = f"INSERT INTO {requests.platform.revocations}"
    with (
        failing_statements(requests.context.database, record, ZeroDivisionError()),
        pytest.raises((JobFailedError, ZeroDivisionError)),
    ):
        act()
    assert not requests.connected.has_grant(ALICE)


def outcomes(requests: Requests, request_id: Id) -> list[tuple[str, str]]:
    return [(record["Outcome"], record["Revoked_By"]) for record in requests.records(request_id)]


def concerns(requests: Requests) -> list[tuple[str, int | None]]:
    use_context(requests.context)
    return [(concern["kind"], concern["count"]) for concern in call_operation(show_overview).json["concerns"]]


def left(requests: Requests) -> list[Id]:
    return intended(requests.context.database, requests.platform)


def test_removal_of_a_dead_run_is_recorded_as_its_own(requests: Requests) -> None:
    request_id = requests.add()
    die_before_the_record(requests, requests.run)
    assert left(requests) == [request_id]
    response = requests.run()
    assert outcomes(requests, request_id) == [("removed", REVOKED_BY)]
    [record] = requests.records(request_id)
    assert record["Job_Id"] != str(response.job_id)
    assert record["Verified_At"] is not None
    assert (requests.status(request_id), left(requests)) == ("Revoked", [])


@pytest.mark.parametrize("settle", [run, check], ids=["run", "check"])
def test_access_that_is_extended_after_a_run_died_is_recorded_as_removed_in_error(
    requests: Requests, settle: Callable[[Requests], object]
) -> None:
    request_id = requests.add()
    die_before_the_record(requests, requests.run)
    extend(requests, request_id)
    settle(requests)
    assert outcomes(requests, request_id) == [("removedInError", REVOKED_BY)]
    assert requests.status(request_id) == "Extended"
    assert ("removedInError", 1) in concerns(requests)
    assert left(requests) == []
    settle(requests)
    assert len(requests.records(request_id)) == 1


@pytest.mark.parametrize("change", ["in place", "another request"])
def test_access_that_stands_otherwise_after_a_run_died_is_recorded_as_removed_in_error(
    requests: Requests, change: str
) -> None:
    request_id = requests.add()
    die_before_the_record(requests, requests.run)
    if change == "in place":
        requests.extend(request_id)
    else:
        requests.add(days=30, granted=False)
    requests.run()
    assert outcomes(requests, request_id) == [("removedInError", REVOKED_BY)]
    assert left(requests) == []


@pytest.mark.parametrize("settle", [run, check], ids=["run", "check"])
def test_removal_by_a_person_whose_process_died_is_recorded_under_the_persons_name(
    requests: Requests, settle: Callable[[Requests], object]
) -> None:
    request_id = requests.add(days=20)
    die_before_the_record(requests, lambda: revoke(requests, request_id))
    settle(requests)
    assert (outcomes(requests, request_id), left(requests)) == ([], [request_id])  # the call may still be under way
    age_intents(requests.context.database, requests.platform)
    settle(requests)
    [record] = requests.records(request_id)
    assert (record["Outcome"], record["Revoked_By"], record["Reason"]) == ("removed", "Anna", REASON)
    assert (requests.status(request_id), left(requests)) == ("Revoked", [])


def test_access_that_is_extended_after_a_persons_process_died_is_recorded_as_removed_in_error(
    requests: Requests,
) -> None:
    request_id = requests.add(days=20)
    die_before_the_record(requests, lambda: revoke(requests, request_id))
    extend(requests, request_id)
    age_intents(requests.context.database, requests.platform)
    requests.run()
    assert outcomes(requests, request_id) == [("removedInError", "Anna")]
    assert left(requests) == []


def test_next_decision_settles_what_was_left_and_is_told(requests: Requests) -> None:
    request_id = requests.add(days=20)
    die_before_the_record(requests, lambda: revoke(requests, request_id))
    age_intents(requests.context.database, requests.platform)
    told = revoke(requests, request_id, Caller("Ben", frozenset(Permission)))
    assert told
    assert "Anna ended it on " in told
    assert (outcomes(requests, request_id), left(requests)) == ([("removed", "Anna")], [])


def test_next_decision_about_a_removal_that_may_be_under_way_records_the_end_once(requests: Requests) -> None:
    request_id = requests.add(days=20)
    die_before_the_record(requests, lambda: revoke(requests, request_id))
    assert revoke(requests, request_id) is None
    age_intents(requests.context.database, requests.platform)
    requests.run()
    assert (len(requests.records(request_id)), left(requests)) == (1, [])


@pytest.mark.parametrize("is_old", [True, False])
def test_intent_whose_call_was_never_made_is_forgotten_when_no_call_can_arrive(
    requests: Requests, is_old: bool
) -> None:
    request_id = requests.add(days=20)
    dead = add_run(requests.context.database, f"RevokeExpired{requests.platform.title}", Status="Failed")
    leave_intent(requests.context.database, requests.platform, request_id, Revoker(REVOKED_BY, dead))
    if is_old:
        age_intents(requests.context.database, requests.platform)
    requests.run()
    assert requests.connected.has_grant(ALICE)
    assert (requests.status(request_id), requests.records(request_id)) == ("Active", [])
    assert left(requests) == ([] if is_old else [request_id])


def test_late_call_of_a_run_that_gave_up_is_recorded(requests: Requests) -> None:
    """The platform does what it was told after the next run has looked."""
    request_id = requests.add(days=20)
    dead = add_run(requests.context.database, f"RevokeExpired{requests.platform.title}", Status="Failed")
    leave_intent(requests.context.database, requests.platform, request_id, Revoker(REVOKED_BY, dead))
    requests.run()
    requests.connected.server.faults = []
    other = requests.add(days=20, resource=5)
    revoke(requests, other)
    take_away(requests)
    requests.run()
    assert outcomes(requests, request_id) == [("removedInError", REVOKED_BY)]
    assert left(requests) == []


def take_away(requests: Requests) -> None:
    """The grant goes, whoever did it."""
    if requests.platform is DATABRICKS:
        requests.connected.fake.granted["main.sales.t0"][ALICE].clear()
    else:
        requests.connected.fake.granted[requests.connected.fields()["resource_rid"]].clear()


def test_intent_of_a_run_that_holds_its_lock_is_left_to_it(requests: Requests) -> None:
    request_id = requests.add(days=20)
    job_type = f"RevokeExpired{requests.platform.title}"
    live = add_run(requests.context.database, job_type, Status="InProgress", Completed_At=None)
    leave_intent(requests.context.database, requests.platform, request_id, Revoker(REVOKED_BY, live))
    age_intents(requests.context.database, requests.platform, minutes=30)
    age_heartbeat(requests.context.database, live, minutes=0)
    take_away(requests)
    check(requests)
    assert (requests.records(request_id), left(requests)) == ([], [request_id])
    age_heartbeat(requests.context.database, live, minutes=11)
    check(requests)
    assert (outcomes(requests, request_id), left(requests)) == ([("removedInError", REVOKED_BY)], [])


def test_look_that_fails_leaves_the_intent_and_after_a_day_the_overview_says_so(requests: Requests) -> None:
    request_id = requests.add()
    die_before_the_record(requests, requests.run)
    extend(requests, request_id)
    requests.connected.server.faults = [Fault(Answers(403), "GET")]
    requests.run()
    assert (requests.records(request_id), left(requests)) == ([], [request_id])
    assert "removalUnsettled" not in dict(concerns(requests))
    age_intents(requests.context.database, requests.platform, minutes=25 * 60)
    requests.run()
    assert ("removalUnsettled", 1) in concerns(requests)
    requests.connected.server.faults = []
    requests.run()
    assert outcomes(requests, request_id) == [("removedInError", REVOKED_BY)]
    assert "removalUnsettled" not in dict(concerns(requests))


@pytest.mark.parametrize("fault", [Answers(401), Answers(429, headers={"retry-after": "3600"}), Answers(500)])
def test_platform_that_does_not_answer_keeps_no_run_from_its_end(requests: Requests, fault: Answers) -> None:
    request_id = requests.add()
    die_before_the_record(requests, requests.run)
    extend(requests, request_id)
    requests.connected.server.faults = [Fault(fault, "GET")]
    requests.run()
    assert left(requests) == [request_id]


def test_removal_that_could_not_be_confirmed_is_settled_by_the_next_run(requests: Requests) -> None:
    request_id = requests.add()
    first_look = 1 if requests.platform is DATABRICKS else 2
    requests.connected.server.faults = [
        Fault(Waits(0), "GET", times=first_look),
        Fault(Answers(403), "GET"),
    ]
    requests.run()
    assert left(requests) == [request_id]
    extend(requests, request_id)
    requests.connected.server.faults = []
    requests.run()
    assert outcomes(requests, request_id) == [("removedInError", REVOKED_BY)]
    assert left(requests) == []


@pytest.mark.parametrize("status", [403, 401, 429])
@pytest.mark.parametrize("method", ["GET", "removal"])
def test_call_that_was_refused_leaves_no_intent(requests: Requests, status: int, method: str) -> None:
    request_id = requests.add()
    headers = {"retry-after": "3600"}
    path = requests.connected.removal if method == "removal" else ("GET", "")
    requests.connected.server.faults = [Fault(Answers(status, headers=headers), *path)]
    requests.run()
    revoke(requests, request_id)
    assert requests.connected.has_grant(ALICE)
    is_in_doubt = method == "removal" and status != 403  # an earlier try of such a call may have taken effect
    assert left(requests) == ([request_id] * 2 if is_in_doubt else [])


@pytest.mark.parametrize("granted", [True, False], ids=["removed", "already gone"])
def test_removal_that_is_on_record_leaves_no_intent(requests: Requests, granted: bool) -> None:
    requests.add(BOB, days=1)
    requests.add(days=1, resource=2)  # the person is known
    of_run, of_person = requests.add(granted=granted), requests.add(granted=granted, days=5, resource=1)
    requests.add(BOB, days=1, resource=1)
    revoke(requests, of_person)
    requests.connected.server.faults = [Fault(LosesAnswer(), *requests.connected.removal, times=1)]
    requests.run()
    assert [requests.status(each) for each in (of_run, of_person)] == ["Revoked", "Revoked"]
    assert left(requests) == []


def test_database_that_cannot_take_the_intent_keeps_the_platform_from_being_called(
    requests: Requests, impatient: None
) -> None:
    ids = [requests.add(), requests.add(BOB, days=20)]
    with refused_rows(requests.context.database, requests.platform.sql_names["removal_intents"]):
        with pytest.raises(JobFailedError):
            requests.run()
        told = revoke(requests, ids[1])
    assert told == "The database did not answer, so nothing was removed. Try again."
    assert requests.connected.server.called(*requests.connected.removal) == []
    assert [requests.status(each) for each in ids] == ["Active", "Active"]
    requests.run()
    assert revoke(requests, ids[1]) is None


@pytest.mark.parametrize("after_commit", [True, False])
def test_intent_whose_commit_had_no_answer_is_recorded_once(requests: Requests, after_commit: bool) -> None:
    request_id = requests.add(days=20)
    with lost_commit_answers(requests.context.database, after_commit=after_commit):
        assert revoke(requests, request_id) is None
    assert (outcomes(requests, request_id), left(requests)) == ([("removed", "Anna")], [])


def test_removal_of_a_request_that_was_purged_since_is_recorded(requests: Requests) -> None:
    request_id = requests.add()
    die_before_the_record(requests, requests.run)
    delete_request(requests.context.database, requests.platform, request_id)
    requests.run()
    assert (outcomes(requests, request_id), left(requests)) == ([("removed", REVOKED_BY)], [])


def test_settlement_whose_commit_had_no_answer_records_once(requests: Requests) -> None:
    request_id = requests.add()
    die_before_the_record(requests, requests.run)
    extend(requests, request_id)
    for after_commit in (False, True):
        with lost_commit_answers(requests.context.database, after_commit=after_commit, skip=2, times=2):
            requests.run()
    assert (outcomes(requests, request_id), left(requests)) == ([("removedInError", REVOKED_BY)], [])


def test_several_who_settle_at_once_record_once(requests: Requests) -> None:
    ids = [requests.add(f"person{number}@test.com", resource=number % 3) for number in range(9)]
    requests.add()
    die_before_the_record(requests, requests.run)
    for request_id in ids[::2]:
        extend(requests, request_id)
    requests.connected.server.faults = [Fault(Waits(0.2), "GET")]
    acts = [requests.run, lambda: check(requests), lambda: revoke(requests, ids[1]), lambda: revoke(requests, ids[3])]
    with ThreadPoolExecutor(len(acts)) as threads:
        list(threads.map(lambda act: act(), acts))
    expected = ["removedInError" if number % 2 == 0 else "removed" for number in range(9)]
    assert [[outcome for outcome, _ in outcomes(requests, each)] for each in ids] == [[each] for each in expected]
    assert left(requests) == []


def test_where_access_is_only_recorded_no_intent_is_written_or_read(context: AppContext, platform: Platform) -> None:
    database = context.database
    expired = add_request(database, platform, expires_on=database.utc_now() - timedelta(days=1))
    chosen = add_request(database, platform)
    use_context(context)
    with statements_seen(database) as seen:
        run_revoke_expired(context, revoke_run(platform))
        reply: Any = call(revoke_request, platform, body={"reason": REASON}, path={"id": chosen})
    assert reply.status == 200
    assert [status_of(database, platform, each) for each in (expired, chosen)] == ["Revoked", "Revoked"]
    assert [each for each in seen if "RemovalIntent" in each] == []
