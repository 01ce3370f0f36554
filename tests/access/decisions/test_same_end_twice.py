"""Several people and a run that end the same access at the same moment: one end, one record."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from access.decisions.decide import Decided
from access.decisions.extend import extend_requests
from access.decisions.revoke_now import revoke_requests
from access.models import ExtendRequest
from access.platforms import Platform
from api.authorization import Caller, Permission
from config.context import AppContext
from jobs.models import RevokeExpiredResponse
from jobs.revocations.run import REVOKED_BY, run_revoke_expired
from reports.overview_figures import read_platform_figures
from tests.connected_requests import ALICE, BOB, Requests
from tests.fake_platforms.server import Fault, Waits
from tests.faults import lost_commit_answers
from tests.jobs.run_requests import revoke_run
from tests.rows import add_requests, add_revocation, revocation_count, run_of

ANNA, BEN = (Caller(name, frozenset(Permission)) for name in ("Anna", "Ben"))
COUNT = 10
SLOW = Waits(0.4)
Id = int | str


def revokes(context: AppContext, platform: Platform, caller: Caller, ids: Sequence[Id]) -> Callable[[], list[Decided]]:
    return lambda: revoke_requests(context, platform, caller, ids, "Left the company")


def extends(context: AppContext, platform: Platform, ids: Sequence[Id]) -> Callable[[], list[Decided]]:
    expires_on = context.database.utc_now() + timedelta(days=20)
    extension = ExtendRequest.model_validate({"expiresOn": expires_on, "businessReason": "The audit takes longer"})
    return lambda: extend_requests(context, platform, ANNA, ids, extension)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(len(acts))

    def start(act: Callable[[], Any]) -> Any:
        barrier.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(start, acts))


def records_of_all(requests: Requests, ids: Sequence[Id]) -> list[list[str]]:
    return [[record["Outcome"] for record in requests.records(each)] for each in ids]


def slow_removals(requests: Requests) -> None:
    """Each call waits, so that all of them reach the platform before the first is answered."""
    requests.connected.server.faults = [Fault(SLOW, *requests.connected.removal)]


@pytest.mark.parametrize("days", [-1, 20], ids=["expired", "not expired"])
def test_two_people_who_remove_the_same_record_it_once_and_the_other_is_told(requests: Requests, days: int) -> None:
    ids = [requests.add(f"person{number}@test.com", resource=number % 2, days=days) for number in range(COUNT)]
    slow_removals(requests)
    of_anna, of_ben = at_once(
        revokes(requests.context, requests.platform, ANNA, ids), revokes(requests.context, requests.platform, BEN, ids)
    )
    assert records_of_all(requests, ids) == [["removed"]] * COUNT
    for request_id, by_anna, by_ben in zip(ids, of_anna, of_ben, strict=True):
        name = requests.records(request_id)[0]["Revoked_By"]
        told = by_ben if name == "Anna" else by_anna
        assert [by_anna.error, by_ben.error].count(None) == 1
        assert str(told.error).startswith(
            f"This request is no longer active. Its status is Revoked. {name} ended it on "
        )
        assert str(told.error).endswith(" UTC.")
    now = requests.context.database.utc_now()
    assert read_platform_figures(requests.context, requests.platform, now).revoked_within_30_days.count == COUNT


def test_run_and_two_people_record_each_end_once_and_the_run_has_no_failure(requests: Requests) -> None:
    ids = [requests.add(f"person{number}@test.com", resource=number % 3) for number in range(COUNT)]
    slow_removals(requests)
    people = [revokes(requests.context, requests.platform, caller, ids) for caller in (ANNA, BEN)]
    response: RevokeExpiredResponse
    *_, response = at_once(*people, requests.run)
    assert records_of_all(requests, ids) == [["removed"]] * COUNT
    run = run_of(requests.context.database, str(response.job_id))
    assert [reason for each in ids for reason in requests.failures(each)] == []
    assert (run.status, run.failed_count, run.left_count) == ("Completed", 0, 0)
    of_run = [each for each in ids if requests.records(each)[0]["Revoked_By"] == REVOKED_BY]
    assert (response.revoked_count, run.processed_count) == (len(of_run), len(of_run))


def test_grant_that_another_removes_between_two_looks_is_no_failure(requests: Requests) -> None:
    request_id = requests.add()

    def take() -> None:
        requests.connected.take_all()
        requests.connected.grant(BOB)  # the list is not empty

    requests.during_look(take)
    requests.run()
    assert requests.failures(request_id) == []
    assert requests.status(request_id) == "Revoked"


def test_run_that_comes_second_says_that_nothing_was_due(requests: Requests) -> None:
    request_id = requests.add()
    requests.during_removal(revokes(requests.context, requests.platform, ANNA, [request_id]))
    response = requests.run()
    assert [record["Revoked_By"] for record in requests.records(request_id)] == ["Anna"]
    assert response.message == "Revoked 0 expired requests. 1 was no longer due when its turn came."
    assert requests.failures(request_id) == []


def test_access_that_two_remove_while_it_is_extended_is_recorded_in_error_once(requests: Requests) -> None:
    ids = [requests.add(f"person{number}@test.com", days=20) for number in range(COUNT)]
    slow_removals(requests)
    longer = ids[1::2]

    def extend_when_both_have_called() -> list[Decided]:
        until = time.monotonic() + 30
        while len(requests.connected.server.called(*requests.connected.removal)) < 2 and time.monotonic() < until:
            time.sleep(0.005)
        return extends(requests.context, requests.platform, longer)()

    people = [revokes(requests.context, requests.platform, caller, ids) for caller in (ANNA, BEN)]
    *_, extended = at_once(*people, extend_when_both_have_called)
    assert [each.error for each in extended] == [None] * len(longer)
    assert records_of_all(requests, ids) == [["removedInError" if each in longer else "removed"] for each in ids]


def test_new_grant_that_the_second_takes_is_recorded_in_error(requests: Requests) -> None:
    """Ben ends the access while Anna's call is under way, and it is granted again before her call arrives."""
    request_id = requests.add(days=20)

    def end_and_grant_again() -> None:
        requests.connected.server.faults.clear()
        revokes(requests.context, requests.platform, BEN, [request_id])()
        requests.add(days=30)

    requests.during_look(end_and_grant_again)
    revokes(requests.context, requests.platform, ANNA, [request_id])()
    assert not requests.connected.has_grant(ALICE)
    assert [(record["Revoked_By"], record["Outcome"]) for record in requests.records(request_id)] == [
        ("Ben", "removed"),
        ("Anna", "removedInError"),
    ]


def test_end_by_another_program_leaves_the_record_of_the_removal_although_an_older_end_is_on_record(
    requests: Requests,
) -> None:
    request_id = requests.add()
    add_revocation(requests.context.database, requests.platform, request_id, outcome="removed")
    requests.during_removal(lambda: requests.set_status(request_id, "Revoked"))
    requests.run()
    assert records_of_all(requests, [request_id]) == [["removed", "removed"]]


def test_run_whose_commit_had_no_answer_and_a_person_record_each_end_once(requests: Requests) -> None:
    ids = [requests.add(f"person{number}@test.com", resource=number % 2) for number in range(COUNT)]
    slow_removals(requests)
    revoke = revokes(requests.context, requests.platform, ANNA, ids[::2])
    with lost_commit_answers(requests.context.database, after_commit=True, skip=3):
        _, response = at_once(revoke, requests.run)
    assert records_of_all(requests, ids) == [["removed"]] * COUNT
    assert run_of(requests.context.database, str(response.job_id)).failed_count == 0


def test_where_access_is_only_recorded_each_end_is_recorded_once_and_the_other_is_told(
    context: AppContext, platform: Platform
) -> None:
    ends = {"expires_on": context.database.utc_now() - timedelta(days=1)}
    for _ in range(3):
        ids = add_requests(context.database, platform, [ends] * COUNT)[-COUNT:]
        people = [revokes(context, platform, caller, ids) for caller in (ANNA, BEN)]
        of_anna, of_ben, _ = at_once(*people, lambda: run_revoke_expired(context, revoke_run(platform)))
        assert [revocation_count(context.database, platform, each) for each in ids] == [1] * COUNT
        told = [str(each.error) for each in (*of_anna, *of_ben) if each.error]
        assert len(told) >= COUNT
        assert [text for text in told if not (" ended it on " in text and text.endswith(" UTC."))] == []
