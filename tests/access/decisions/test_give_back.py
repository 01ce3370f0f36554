"""Access that was removed in error is given back once, on record, and never to whom should no longer have it."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

import config.server_stop
from access.decisions.extend import extend_requests
from access.decisions.give_back import (
    BEING_REMOVED,
    NOT_REMOVED_IN_ERROR,
    NOT_TAKEN_BACK,
    TAKEN_BACK,
    give_back_requests,
)
from access.decisions.operations import give_request_back, give_requests_back
from access.decisions.revoke_now import revoke_requests
from access.models import ExtendRequest
from access.operations import show_request
from access.platforms import PLATFORMS_BY_KEY, Platform
from access.revocations.givings import record_giving_intents
from access.revocations.records import RevocationRecord, Revoker, record_revocations
from api.authorization import Caller, Permission
from config.context import AppContext
from config.server_stop import EXIT_CODE, GRACE_SECONDS, ServerStop, stop_runs_on_sigterm
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.request import RunRequest
from jobs.revocations.access_check import run_access_check
from reports.operations import list_audit, show_overview
from sql.column_types import to_sql_time
from sql.database import Database
from tests.calls import call, call_operation, use_context
from tests.connected_requests import ALICE, BOB, Requests
from tests.fake_platforms.server import Answers, Fault, LosesAnswer, Then, Waits
from tests.faults import failing_statements, lost_commit_answers, refused_rows
from tests.removal_intents import leave_intent
from tests.rows import add_request

ANNA, BEN = (Caller(name, frozenset(Permission)) for name in ("Anna", "Ben"))
REASON = "She still works on the audit"
PATIENCE_SECONDS = 20
CONTEXT = multiprocessing.get_context("spawn")
Id = int | str


def give_back(requests: Requests, *ids: Id, caller: Caller = ANNA) -> list[str | None]:
    """What the person is told about each, if it is not done."""
    decided = give_back_requests(requests.context, requests.platform, caller, ids, REASON)
    return [str(each.error) if each.error else None for each in decided]


def lose(requests: Requests, email: str = ALICE, *, days: float = 20, resource: int = 0) -> Id:
    """A request that gives access, whose grant was removed in error."""
    request_id = requests.add(email, days=days, resource=resource, granted=False)
    record_error(requests, request_id)
    return request_id


def record_error(requests: Requests, request_id: Id) -> None:
    with requests.context.database.transaction() as connection:
        record = RevocationRecord(request_id, "removedInError", 0)
        newest = {request_id: 1_000_000}  # a removal that began after all that is on record
        assert record_revocations(connection, requests.platform, [record], Revoker("a run"), last_records=newest)


def givings(requests: Requests) -> list[dict[str, Any]]:
    with requests.context.database.read() as connection:
        query = text(f"SELECT * FROM {requests.platform.sql_names['given_access']} ORDER BY id")
        return [dict(row) for row in connection.execute(query).mappings()]


def given(requests: Requests) -> list[tuple[Id, str, str | None]]:
    """Each request with who gave it back, and the outcome, which an open intent lacks."""
    return [
        (requests.platform.from_sql_id(row["Request_Id"]), row["Began_By"], row["Outcome"]) for row in givings(requests)
    ]


def age_givings(requests: Requests, *, minutes: int = 3) -> None:
    moment = to_sql_time(requests.context.database.utc_now() - timedelta(minutes=minutes))
    with requests.context.database.transaction() as connection:
        clause = text(f"UPDATE {requests.platform.sql_names['given_access']} SET Began_Dt = :moment")
        connection.execute(clause, {"moment": moment})


def leave_giving(requests: Requests, request_id: Id, *, minutes: int = 3) -> None:
    """As a process does that dies before its call."""
    with requests.context.database.transaction() as connection:
        by = Revoker("Anna", reason=REASON)
        assert record_giving_intents(connection, requests.platform, str(uuid4()), [request_id], by)
    age_givings(requests, minutes=minutes)


def check(requests: Requests) -> None:
    run_access_check(requests.context, RunRequest(JobType(JobKind.ACCESS_CHECK, requests.platform), "timer"))


def concerns(requests: Requests) -> list[str]:
    use_context(requests.context)
    return [concern["kind"] for concern in call_operation(show_overview).json["concerns"]]


def extend(requests: Requests, request_id: Id) -> Id:
    expires_on = requests.context.database.utc_now() + timedelta(days=90)
    extension = ExtendRequest.model_validate({"expiresOn": expires_on, "businessReason": "The audit takes longer"})
    (decided,) = extend_requests(requests.context, requests.platform, ANNA, [request_id], extension)
    assert decided.error is None
    assert decided.successor_id
    return decided.successor_id


def revoke(requests: Requests, request_id: Id) -> None:
    """As a run of another server does that has seen the grant gone before."""
    with requests.context.database.transaction() as connection:
        record = RevocationRecord(request_id, "removed", 0)
        assert record_revocations(connection, requests.platform, [record], Revoker("Ben"), only_expired=False)


def during_call(requests: Requests, act: Callable[[], object]) -> None:
    """`act` happens when the platform has given the grant, before it says so."""
    requests.connected.server.faults = [Fault(Then(act), *requests.connected.giving, times=1)]


def calls(requests: Requests) -> int:
    return len(requests.connected.server.called(*requests.connected.giving))


def details(requests: Requests, request_id: Id) -> Any:
    use_context(requests.context)
    return call(show_request, requests.platform, path={"id": request_id}).json


def test_access_is_given_back_and_recorded_with_its_proof(requests: Requests) -> None:
    request_id = lose(requests)
    assert details(requests, request_id)["canBeGivenBack"]
    assert "removedInError" in concerns(requests)
    assert give_back(requests, request_id) == [None]
    assert requests.connected.has_grant(ALICE)
    [row] = givings(requests)
    assert (row["Began_By"], row["Reason"], row["Outcome"]) == ("Anna", REASON, "given")
    assert row["Verified_At"]
    assert row["Verified_Scope"].startswith("The grant is on the platform's list, read as ")
    assert row["Platform_Request_Id"]
    assert "removedInError" not in concerns(requests)
    found = details(requests, request_id)
    assert not found["canBeGivenBack"]
    [event] = [event for event in found["timeline"] if event["event"] == "givenBack"]
    assert (event["by"], event["reason"], event["giving"]) == ("Anna", REASON, "given")
    assert event["verifiedAt"]
    assert event["platformRequestId"]


def test_audit_tells_who_gave_access_back(requests: Requests) -> None:
    request_id = lose(requests)
    give_back(requests, request_id)
    use_context(requests.context)
    query = {"from": "2000-01-01T00:00:00Z", "event": "givenBack"}
    [event] = call_operation(list_audit, query).json["items"]
    assert (event["requestId"], event["by"], event["reason"], event["email"]) == (request_id, "Anna", REASON, ALICE)
    table = call_operation(list_audit, {**query, "format": "csv"}).text
    assert f",givenBack,{requests.platform.key},{request_id},{ALICE}," in table


def test_grant_that_is_there_is_recorded_without_a_call(requests: Requests) -> None:
    request_id = lose(requests)
    requests.connected.grant(ALICE)
    assert give_back(requests, request_id) == [None]
    assert given(requests) == [(request_id, "Anna", "alreadyThere")]
    assert calls(requests) == 0
    assert "removedInError" not in concerns(requests)


def test_extension_that_keeps_the_access_is_given_back_and_the_concern_ends(requests: Requests) -> None:
    """The request that has the record of the removal is not the one that gives access."""
    old = requests.add(days=20, granted=False)
    new = extend(requests, old)
    record_error(requests, old)
    assert "removedInError" in concerns(requests)
    told = give_back(requests, old)
    assert told[0]
    assert told[0].startswith("This request was already extended.")
    assert details(requests, new)["canBeGivenBack"]
    assert give_back(requests, new) == [None]
    assert given(requests) == [(new, "Anna", "given")]
    assert "removedInError" not in concerns(requests)
    assert not details(requests, new)["canBeGivenBack"]
    extended = extend(requests, new)
    assert not details(requests, extended)["canBeGivenBack"]
    assert "removedInError" not in concerns(requests)


def test_access_that_was_not_removed_in_error_is_not_given(requests: Requests) -> None:
    active = requests.add(days=20, granted=False)
    expired = lose(requests, BOB, days=20, resource=1)
    requests.set_status(expired, "Revoked")
    assert not details(requests, active)["canBeGivenBack"]
    told = give_back(requests, active, expired, 4711 if isinstance(active, int) else str(uuid4()))
    assert told[0] == NOT_REMOVED_IN_ERROR
    assert told[1]
    assert told[1].startswith("This request is no longer active.")
    assert told[2]
    assert told[2].endswith("does not exist.")
    assert (calls(requests), givings(requests)) == (0, [])


def test_access_is_not_given_twice(requests: Requests) -> None:
    request_id = lose(requests)
    assert give_back(requests, request_id) == [None]
    assert give_back(requests, request_id, caller=BEN) == [NOT_REMOVED_IN_ERROR]
    assert len(givings(requests)) == 1


def test_access_that_ended_after_the_error_belongs_to_the_past(requests: Requests) -> None:
    """A later request of the same person for the same is another story."""
    old = lose(requests)
    revoke(requests, old)
    new = requests.add(days=30, granted=False)
    assert give_back(requests, new) == [NOT_REMOVED_IN_ERROR]


def test_access_that_was_lost_again_is_given_again(requests: Requests) -> None:
    request_id = lose(requests)
    give_back(requests, request_id)
    record_error(requests, request_id)
    assert "removedInError" in concerns(requests)
    assert details(requests, request_id)["canBeGivenBack"]


def test_platform_that_is_only_recorded_gives_nothing(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    (decided,) = give_back_requests(context, platform, ANNA, [request_id], REASON)
    assert str(decided.error) == f"Access on {platform.title} is only recorded. Grant it there by hand."
    use_context(context)
    assert not call(show_request, platform, path={"id": request_id}).json["canBeGivenBack"]


def test_many_are_given_back_or_told_why_not(requests: Requests) -> None:
    people = [f"person{number}@test.com" for number in range(12)]
    ids = [lose(requests, email, resource=number % 3) for number, email in enumerate(people)]
    requests.connected.fake.refused.add(people[4])
    use_context(requests.context)
    reply = call(give_requests_back, requests.platform, body={"ids": ids, "reason": REASON})
    problems = {outcome["id"]: outcome["problem"] for outcome in reply.json["outcomes"]}
    assert [(request_id, problem["title"]) for request_id, problem in problems.items() if problem] == [
        (ids[4], "Not given")
    ]
    assert sum(requests.connected.has_grant(email, number % 3) for number, email in enumerate(people)) == 11
    assert len(given(requests)) == 11


def test_one_call_answers_with_the_request_or_the_problem(requests: Requests) -> None:
    request_id = lose(requests)
    use_context(requests.context)
    reply = call(give_request_back, requests.platform, body={"reason": REASON}, path={"id": request_id})
    assert (reply.status, reply.json["canBeGivenBack"]) == (200, False)
    reply = call(give_request_back, requests.platform, body={"reason": REASON}, path={"id": request_id})
    assert (reply.status, reply.json["title"]) == (409, "Nothing to give back")
    assert call(give_request_back, requests.platform, body={}, path={"id": request_id}).status == 422


@pytest.mark.parametrize(
    ("fault", "is_open"),
    [(Answers(403, {}), False), (Answers(400, {}), False), (Answers(500), True), (Answers(429), True)],
    ids=["refuses", "does not understand", "breaks", "throttles"],
)
def test_platform_that_refuses_leaves_an_intent_only_if_the_call_may_have_worked(
    requests: Requests, fault: Answers, is_open: bool
) -> None:
    request_id = lose(requests)
    requests.connected.server.faults = [Fault(fault, *requests.connected.giving)]
    assert give_back(requests, request_id)[0] is not None
    assert given(requests) == ([(request_id, "Anna", None)] if is_open else [])
    assert "removedInError" in concerns(requests)


def test_platform_that_hangs_leaves_the_intent_and_the_next_run_settles_it(
    requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = lose(requests)
    monkeypatch.setattr("access.decisions.give_back.DECISION_SECONDS", 1.0)
    requests.connected.server.faults = [Fault(Waits(3), *requests.connected.giving)]
    assert give_back(requests, request_id)[0] is not None
    assert given(requests) == [(request_id, "Anna", None)]
    time.sleep(3)
    requests.connected.grant(ALICE)  # the call arrives late
    requests.connected.server.faults = []
    requests.run()
    assert given(requests) == [(request_id, "Anna", None)]  # another call may still be under way
    age_givings(requests)
    requests.run()
    assert given(requests) == [(request_id, "Anna", "given")]
    assert "removedInError" not in concerns(requests)


def test_grant_that_shows_late_is_given(requests: Requests) -> None:
    request_id = lose(requests)
    requests.connected.fake.stale_seconds = 1.0
    assert give_back(requests, request_id) == [None]


def test_person_whom_the_platform_does_not_know_is_not_given_and_leaves_no_intent(requests: Requests) -> None:
    requests.connected.know(ALICE)
    fields = requests.connected.fields()
    ends = requests.context.database.utc_now() + timedelta(days=9)
    stranger = add_request(
        requests.context.database, requests.platform, email="stranger@test.com", expires_on=ends, **fields
    )
    record_error(requests, stranger)
    assert give_back(requests, stranger)[0] is not None
    assert (calls(requests), givings(requests)) == (0, [])


def test_grant_whose_answer_is_lost_is_recorded_once(requests: Requests) -> None:
    request_id = lose(requests)
    requests.connected.server.faults = [Fault(LosesAnswer(), *requests.connected.giving, times=1)]
    assert give_back(requests, request_id) == [None]
    assert given(requests) == [(request_id, "Anna", "given")]


def test_database_that_cannot_take_the_intent_keeps_the_platform_from_being_called(
    requests: Requests, impatient: None
) -> None:
    request_id = lose(requests)
    with refused_rows(requests.context.database, requests.platform.sql_names["given_access"]):
        assert give_back(requests, request_id) == ["The database did not answer, so nothing was given. Try again."]
    assert calls(requests) == 0


@pytest.mark.parametrize("after_commit", [True, False])
@pytest.mark.parametrize("skip", [0, 1], ids=["intent", "record"])
def test_commit_without_an_answer_records_once(requests: Requests, after_commit: bool, skip: int) -> None:
    request_id = lose(requests)
    with lost_commit_answers(requests.context.database, after_commit=after_commit, skip=skip):
        assert give_back(requests, request_id) == [None]
    assert given(requests) == [(request_id, "Anna", "given")]


@pytest.mark.parametrize("settle", ["run", "check", "decision"])
def test_giving_whose_process_died_before_the_record_is_settled_under_its_name(requests: Requests, settle: str) -> None:
    request_id = lose(requests)
    record = f"UPDATE {requests.platform.sql_names['given_access']}"
    with (
        failing_statements(requests.context.database, record, ZeroDivisionError()),
        pytest.raises(ZeroDivisionError),
    ):
        give_back(requests, request_id)
    assert requests.connected.has_grant(ALICE)
    assert given(requests) == [(request_id, "Anna", None)]
    age_givings(requests)
    if settle == "decision":
        told = give_back(requests, request_id, caller=BEN)
        assert told[0] is not None
    else:
        requests.run() if settle == "run" else check(requests)
    assert given(requests) == [(request_id, "Anna", "given")]


def test_giving_that_was_never_made_is_forgotten(requests: Requests) -> None:
    request_id = lose(requests)
    leave_giving(requests, request_id)
    check(requests)
    assert (givings(requests), requests.connected.has_grant(ALICE)) == ([], False)
    assert details(requests, request_id)["canBeGivenBack"]


def test_giving_that_no_one_could_settle_for_a_day_is_on_the_overview(requests: Requests) -> None:
    request_id = lose(requests)
    leave_giving(requests, request_id, minutes=25 * 60)
    requests.connected.server.faults = [Fault(Answers(403, {}), "GET")]
    requests.run()
    assert "removalUnsettled" in concerns(requests)
    requests.connected.server.faults = []
    requests.run()
    assert "removalUnsettled" not in concerns(requests)


@pytest.mark.parametrize("after", ["revoked", "expired"])
def test_access_of_a_request_that_ends_during_the_call_is_removed_again(requests: Requests, after: str) -> None:
    request_id = lose(requests)
    requests.connected.know(BOB)

    def end() -> None:
        if after == "revoked":
            revoke(requests, request_id)
        else:
            moment = to_sql_time(requests.context.database.utc_now() - timedelta(days=1))
            with requests.context.database.transaction() as connection:
                column = requests.platform.columns["expires_on"]
                connection.execute(text(f"UPDATE {requests.platform.requests} SET {column} = :at"), {"at": moment})

    during_call(requests, end)
    assert give_back(requests, request_id) == [TAKEN_BACK]
    assert not requests.connected.has_grant(ALICE)
    assert givings(requests) == []
    last = requests.records(request_id)[-1]
    assert (last["Outcome"], last["Revoked_By"]) == ("removed", "Anna")
    assert requests.status(request_id) == "Revoked"


def test_access_that_cannot_be_removed_again_is_removed_by_the_next_run(requests: Requests) -> None:
    request_id = lose(requests)

    def end() -> None:
        revoke(requests, request_id)
        requests.connected.server.faults.append(Fault(Answers(403, {}), *requests.connected.removal))

    during_call(requests, end)
    assert give_back(requests, request_id) == [NOT_TAKEN_BACK]
    assert requests.connected.has_grant(ALICE)
    assert given(requests) == [(request_id, "Anna", None)]
    requests.connected.server.faults = []
    age_givings(requests)
    requests.run()
    assert not requests.connected.has_grant(ALICE)
    assert givings(requests) == []
    last = requests.records(request_id)[-1]
    assert (last["Outcome"], last["Revoked_By"]) == ("removed", "Anna")


def test_access_that_is_extended_during_the_call_is_kept(requests: Requests) -> None:
    request_id = lose(requests)
    during_call(requests, lambda: extend(requests, request_id))
    assert give_back(requests, request_id) == [None]
    assert requests.connected.has_grant(ALICE)
    assert given(requests) == [(request_id, "Anna", "given")]
    assert "removedInError" not in concerns(requests)


def test_access_that_someone_removes_at_the_same_moment_is_not_called_given(requests: Requests) -> None:
    request_id = lose(requests)

    def begin_removal() -> None:
        leave_intent(requests.context.database, requests.platform, request_id, Revoker("Ben", reason="Left"))

    during_call(requests, begin_removal)
    assert give_back(requests, request_id) == [BEING_REMOVED]
    assert given(requests) == [(request_id, "Anna", None)]
    revoke(requests, request_id)  # Ben had looked before
    age_givings(requests)
    requests.run()
    assert not requests.connected.has_grant(ALICE)
    assert givings(requests) == []


def test_two_who_give_the_same_back_record_it_once_and_the_other_is_told(requests: Requests) -> None:
    ids = [lose(requests, f"person{number}@test.com", resource=number % 2) for number in range(6)]
    requests.connected.server.faults = [Fault(Waits(0.3), *requests.connected.giving)]
    barrier = Barrier(2)

    def give(caller: Caller) -> list[str | None]:
        barrier.wait(PATIENCE_SECONDS)
        return give_back(requests, *ids, caller=caller)

    with ThreadPoolExecutor(2) as threads:
        told = dict(zip(("Anna", "Ben"), threads.map(give, (ANNA, BEN)), strict=True))
    assert sorted((each, outcome) for each, _, outcome in given(requests)) == sorted((each, "given") for each in ids)
    for number, request_id in enumerate(ids):
        [by] = [name for each, name, _ in given(requests) if each == request_id]
        other = "Ben" if by == "Anna" else "Anna"
        assert told[by][number] is None
        assert told[other][number] is not None


def test_person_who_revokes_and_one_who_gives_back_leave_no_silent_access(requests: Requests) -> None:
    """In any order: whoever's request has ended holds nothing once the next run has settled."""
    ids = [lose(requests, f"person{number}@test.com", resource=number % 2) for number in range(6)]
    requests.connected.server.faults = [Fault(Waits(0.1), *requests.connected.giving)]
    acts: list[Callable[[], object]] = [
        lambda: give_back(requests, *ids),
        lambda: revoke_requests(requests.context, requests.platform, BEN, ids, "Left the company"),
    ]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda act: act(), acts))
    age_givings(requests)
    requests.connected.server.faults = []
    requests.run()
    assert {requests.status(each) for each in ids} == {"Revoked"}
    assert [each for each in range(6) if requests.connected.has_grant(f"person{each}@test.com", each % 2)] == []
    assert [outcome for _, _, outcome in given(requests) if outcome is None] == []


def give_back_in_server(url: str, platform_key: str, more: dict[str, Any], request_id: Id) -> None:
    """A server whose caller gives access back while the platform takes its time."""
    stop_runs_on_sigterm()
    config.server_stop.UNDER_WAY_SECONDS = 3.0
    settings = read_settings(database_url=url, **more)
    database = Database(url)
    context = AppContext(settings, database, database)
    give_back_requests(context, PLATFORMS_BY_KEY[platform_key], ANNA, [request_id], REASON)
    time.sleep(PATIENCE_SECONDS)  # the server serves on until it is ended


@pytest.mark.slow
@pytest.mark.parametrize("never_answers", [True, False], ids=["hangs", "answers late"])
def test_server_that_is_stopped_waits_until_access_is_given_back(
    requests: Requests, database_url: str, never_answers: bool
) -> None:
    request_id = lose(requests)
    seconds = PATIENCE_SECONDS if never_answers else 1.5
    requests.connected.server.faults = [Fault(Waits(seconds), *requests.connected.giving)]
    settings = {**requests.connected.settings, "connector_timeout_seconds": 50}
    arguments = (database_url, requests.platform.key, settings, request_id)
    process = CONTEXT.Process(target=give_back_in_server, args=arguments, daemon=True)
    process.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while not calls(requests) and time.monotonic() < until:
        time.sleep(0.01)
    process.terminate()
    process.join(GRACE_SECONDS)
    assert process.exitcode == EXIT_CODE
    process.close()
    # A call that is cut off leaves its intent, and whoever comes next looks.
    assert given(requests) == [(request_id, "Anna", None if never_answers else "given")]


@pytest.mark.slow
def test_process_that_is_killed_between_call_and_record_leaves_an_intent_that_is_settled(
    requests: Requests, database_url: str
) -> None:
    request_id = lose(requests)
    server = requests.connected.server
    killed: list[int] = []

    def kill() -> None:
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        killed.append(process.pid)

    server.faults = [Fault(Then(kill), *requests.connected.giving, times=1)]
    arguments = (database_url, requests.platform.key, requests.connected.settings, request_id)
    process = CONTEXT.Process(target=give_back_in_server, args=arguments, daemon=True)
    process.start()
    process.join(PATIENCE_SECONDS)
    assert killed
    assert requests.connected.has_grant(ALICE)
    assert given(requests) == [(request_id, "Anna", None)]
    age_givings(requests)
    check(requests)
    assert given(requests) == [(request_id, "Anna", "given")]


def test_server_that_is_being_stopped_gives_nothing(requests: Requests, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = lose(requests)
    stop = ServerStop()
    stop.request()
    for module in ("give_back", "platform_calls"):
        monkeypatch.setattr(f"access.decisions.{module}.server_stop", stop)
    told = give_back(requests, request_id)
    assert told == ["Nothing was tried, because the server is being stopped. Try again in a minute."]
    assert (calls(requests), givings(requests)) == (0, [])
