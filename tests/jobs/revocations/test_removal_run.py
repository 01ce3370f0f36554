"""Flow 2 where grants are removed at the platform, against a fake that keeps its state."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from access import operations as access_requests
from access.connectors.connector import UNCONFIRMED
from access.platforms import DATABRICKS, Platform
from jobs import operations
from jobs.queue_handlers import continue_run
from jobs.revocations.removal_run import NOT_RECORDED
from jobs.runs.errors import JobFailedError
from jobs.runs.messages import CONTINUATIONS
from reports.operations import list_job_run_items, show_job_run, show_overview
from sql.column_types import from_sql_time
from tests.calls import call, call_operation, use_context
from tests.connected_requests import ALICE, BOB, Requests
from tests.fake_platforms.server import Answers, Fault, LosesAnswer, Waits
from tests.faults import failing_statements, lost_commit_answers, refused_rows
from tests.jobs.job_runs import run_all
from tests.queues import take_all
from tests.rows import CLOCK_GRAIN, note_of, run_of


def test_expired_access_is_removed_seen_gone_and_recorded(requests: Requests) -> None:
    request_id = requests.add()
    before = requests.context.database.utc_now() - CLOCK_GRAIN
    response = requests.run()
    assert not requests.connected.has_grant(ALICE)
    assert requests.status(request_id) == "Revoked"
    [record] = requests.records(request_id)
    assert record["Outcome"] == "removed"
    assert before <= from_sql_time(record["Verified_At"]) <= from_sql_time(record["Revoked_Dt"])
    assert record["Platform_Request_Id"].startswith("call-")
    assert record["Still_Effective_Through"] is None
    assert (response.revoked_count, response.failed_count, response.superseded_count) == (1, 0, 0)
    assert response.message == "Revoked 1 expired request."


def test_what_has_not_expired_is_neither_called_for_nor_changed(requests: Requests) -> None:
    request_id = requests.add(days=1)
    assert requests.run().revoked_count == 0
    assert requests.connected.has_grant(ALICE)
    assert requests.status(request_id) == "Active"
    assert requests.connected.server.calls == []


def test_what_is_already_gone_is_revoked_and_says_so(requests: Requests) -> None:
    requests.add(BOB, days=1)
    request_id = requests.add(granted=False)
    requests.add(resource=1, days=1)  # the person is known
    requests.run()
    assert requests.status(request_id) == "Revoked"
    [record] = requests.records(request_id)
    assert (record["Outcome"], record["Platform_Request_Id"]) == ("alreadyGone", None)
    assert record["Verified_At"] is not None


def test_access_that_another_request_gives_is_superseded_and_nothing_is_called(requests: Requests) -> None:
    request_id = requests.add(ALICE)
    other = requests.add(ALICE.upper(), days=20)
    response = requests.run()
    assert requests.connected.server.calls == []
    assert requests.connected.has_grant(ALICE)
    assert requests.status(request_id) == "Superseded"
    [record] = requests.records(request_id)
    assert (record["Outcome"], record["Verified_At"]) == ("superseded", None)
    assert record["Still_Effective_Through"] == f"request {other}"
    assert (response.revoked_count, response.superseded_count) == (0, 1)
    assert "1 is covered by another request." in response.message


@pytest.mark.parametrize("around", ["  {}", "{}\t", "\u00a0{} ", "\ufeff{}", "{}\r\n"], ids=ascii)
@pytest.mark.parametrize("written", ["old", "other"])
def test_blanks_around_an_address_do_not_make_another_person(requests: Requests, written: str, around: str) -> None:
    """The platform knows the person without them."""
    requests.connected.grant(ALICE, 0)
    request_id, other = (
        requests.add(around.format(ALICE.upper()) if written == name else ALICE, days=days, granted=False)
        for name, days in (("old", -1), ("other", 20))
    )
    requests.run()
    assert requests.status(request_id) == "Superseded"
    assert requests.connected.has_grant(ALICE)
    requests.set_status(other, "Revoked")
    requests.set_status(request_id, "Active")
    requests.run()
    assert requests.status(request_id) == "Revoked"
    assert not requests.connected.has_grant(ALICE)


def test_superseding_request_that_ends_meanwhile_leaves_the_access_due(requests: Requests) -> None:
    """It ends while the platform removes what somebody else has on the same resource."""
    request_id, other, _ = requests.add(), requests.add(days=20), requests.add(BOB)
    requests.during_removal(lambda: requests.set_status(other, "Revoked"))
    response = requests.run()
    assert requests.status(request_id) == "Active"
    assert "1 was left due: another request for the same access has just ended." in response.message
    requests.run()
    assert requests.status(request_id) == "Revoked"
    assert not requests.connected.has_grant(ALICE)


@pytest.mark.parametrize("status", ["Extended", "Revoked"])
def test_what_was_already_gone_and_has_ended_meanwhile_is_no_longer_due(requests: Requests, status: str) -> None:
    requests.add(BOB, days=1)
    request_id = requests.add(granted=False)
    requests.add(resource=1, days=1)  # the person is known
    requests.during_look(lambda: requests.set_status(request_id, status))
    response = requests.run()
    assert response.message == "Revoked 0 expired requests. 1 was no longer due when its turn came."
    run = run_of(requests.context.database, str(response.job_id))
    assert (run.total_count, run.left_count, requests.records(request_id)) == (0, 0, [])


def test_run_takes_on_no_more_than_it_may(requests: Requests) -> None:
    settings = requests.context.settings.model_copy(update={"run_max_items": 2})
    requests.context = replace(requests.context, settings=settings)
    ids = [requests.add(resource=number, days=number - 9) for number in range(3)]
    response = requests.run()
    assert [requests.status(request_id) for request_id in ids] == ["Revoked", "Revoked", "Active"]
    assert response.message.endswith("1 was left due: the limit for one run was reached.")


def test_what_a_run_took_not_on_is_removed_by_the_run_that_continues_it(requests: Requests, storage: str) -> None:
    changes = {"run_max_items": 2, "storage_connection_string": SecretStr(storage)}
    requests.context = replace(requests.context, settings=requests.context.settings.model_copy(update=changes))
    ids = [requests.add(resource=number, days=number - 9) for number in range(3)]
    first = requests.run()
    (message,) = take_all(storage, CONTINUATIONS)
    continue_run(requests.context, message.encode(), is_redelivered=False)
    assert [requests.status(request_id) for request_id in ids] == ["Revoked"] * 3
    assert not any(requests.connected.has_grant(ALICE, number) for number in range(3))
    assert {record["Job_Id"] == str(first.job_id) for record in requests.records(ids[2])} == {False}
    assert take_all(storage, CONTINUATIONS) == []


@pytest.mark.parametrize("difference", ["person", "resource", "expired", "not active"])
def test_access_is_not_superseded_by_a_request_that_gives_something_else(requests: Requests, difference: str) -> None:
    request_id = requests.add()
    other = requests.add(
        BOB if difference == "person" else ALICE,
        resource=1 if difference == "resource" else 0,
        days=-1 if difference == "expired" else 20,
        granted=difference not in ("expired", "not active"),
    )
    if difference == "not active":
        requests.set_status(other, "Pending")
    requests.run()
    assert requests.status(request_id) == "Revoked"
    assert not requests.connected.has_grant(ALICE)


def test_two_requests_for_the_same_end_with_one_removal(requests: Requests) -> None:
    ids = [requests.add(), requests.add(ALICE.upper())]
    requests.run()
    assert [requests.status(request_id) for request_id in ids] == ["Revoked", "Revoked"]
    assert len(requests.connected.server.called(*requests.connected.removal)) == 1


def test_access_that_is_still_effective_stays_due_with_its_reason_and_every_try(requests: Requests) -> None:
    request_id = requests.add()
    through = requests.connected.grant_from_above(ALICE)
    for tries in (1, 2):
        response = requests.run()
        assert requests.status(request_id) == "Active"
        assert requests.records(request_id) == []
        assert (
            requests.failures(request_id)
            == [f"The access is still effective through {through}. Remove it there."] * tries
        )
    assert (response.revoked_count, response.failed_count) == (0, 1)
    assert "1 could not be revoked and stays due." in response.message


def test_failure_fails_one_resource_and_is_tried_once_in_a_run(requests: Requests) -> None:
    failing, other = requests.add(resource=7), requests.add(resource=1)
    method, _ = requests.connected.removal
    path = "t7" if requests.platform is DATABRICKS else "dataset.7/roles/remove"
    requests.connected.server.faults = [Fault(Answers(403), method, path)]
    response = requests.run()
    assert (requests.status(failing), requests.status(other)) == ("Active", "Revoked")
    assert len(requests.failures(failing)) == 1
    assert (response.revoked_count, response.failed_count) == (1, 1)
    run = run_of(requests.context.database, str(response.job_id))
    assert (run.status, run.total_count, run.processed_count, run.failed_count) == ("Completed", 2, 1, 1)
    requests.connected.server.faults.clear()
    assert requests.run().revoked_count == 1


def test_answer_that_was_lost_is_recorded_by_what_is_seen(requests: Requests) -> None:
    request_id = requests.add()
    requests.connected.server.faults = [Fault(LosesAnswer(), *requests.connected.removal)]
    requests.run()
    assert requests.status(request_id) == "Revoked"


def test_removal_that_may_not_be_looked_at_leaves_its_trace_and_stops_the_run(requests: Requests) -> None:
    settings = requests.context.settings.model_copy(update={"connector_max_concurrency": 1})
    requests.context = replace(requests.context, settings=settings)
    removed, left = requests.add(days=-2), requests.add(BOB, resource=1)
    first_look = 1 if requests.platform is DATABRICKS else 2
    server = requests.connected.server
    server.faults = [
        Fault(Waits(0), "GET", times=first_look),
        Fault(Answers(429, headers={"retry-after": "3600"}), "GET"),
    ]
    response = requests.run()
    assert response.message.endswith("asks this app to wait (429).")
    assert len(server.called("GET")) == first_look + 1
    assert not requests.connected.has_grant(ALICE)
    [reason] = requests.failures(removed)
    assert reason.startswith(UNCONFIRMED)
    assert requests.failures(left) == []
    assert [requests.status(each) for each in (removed, left)] == ["Active", "Active"]


def test_platform_that_asks_to_wait_long_stops_the_run_and_the_rest_is_left(requests: Requests) -> None:
    requests.context = replace(
        requests.context, settings=requests.context.settings.model_copy(update={"connector_max_concurrency": 1})
    )
    ids = [requests.add(resource=number) for number in range(5)]
    requests.connected.server.faults = [
        Fault(Answers(429, headers={"retry-after": "3600"}), *requests.connected.removal)
    ]
    response = requests.run()
    assert {requests.status(request_id) for request_id in ids} == {"Active"}
    assert len(requests.connected.server.called(*requests.connected.removal)) == 1
    assert "5 were left due: " in response.message
    assert response.failed_count == 0
    assert response.message.endswith("asks this app to wait (429).")


def test_refused_sign_in_stops_the_run(requests: Requests) -> None:
    ids = [requests.add(resource=number) for number in range(20)]
    requests.connected.server.faults = [Fault(Answers(401))]
    response = requests.run()
    assert {requests.status(request_id) for request_id in ids} == {"Active"}
    assert response.failed_count == 0
    assert "20 were left due: " in response.message


def test_extension_before_the_call_leaves_the_access_alone(requests: Requests) -> None:
    """It comes while the platform removes what expired earlier, on another resource."""
    settings = requests.context.settings.model_copy(update={"connector_max_concurrency": 1})
    requests.context = replace(requests.context, settings=settings)
    requests.add(BOB, days=-2, resource=1)
    request_id = requests.add()
    requests.during_removal(lambda: requests.extend(request_id))
    response = requests.run()
    assert not requests.connected.has_grant(BOB, 1)
    assert requests.connected.has_grant(ALICE)
    assert requests.status(request_id) == "Active"
    assert requests.records(request_id) == []
    assert response.message == "Revoked 1 expired request. 1 was no longer due when its turn came."
    run = run_of(requests.context.database, str(response.job_id))
    assert (run.total_count, note_of(run)) == (1, "1 was no longer due when its turn came.")


def test_extension_between_call_and_record_is_recorded_as_an_error(requests: Requests) -> None:
    request_id = requests.add()
    requests.during_removal(lambda: requests.extend(request_id))
    response = requests.run()
    assert not requests.connected.has_grant(ALICE)
    assert requests.status(request_id) == "Active"
    [record] = requests.records(request_id)
    assert record["Outcome"] == "removedInError"
    assert response.revoked_count == 0
    assert "1 was removed from people who should keep the access." in response.message


def test_new_request_between_call_and_record_is_recorded_as_an_error(requests: Requests) -> None:
    request_id = requests.add()
    requests.during_removal(lambda: requests.add(days=30, granted=False))
    requests.run()
    assert requests.status(request_id) == "Revoked"
    assert [record["Outcome"] for record in requests.records(request_id)] == ["removedInError"]


def test_row_that_somebody_revoked_meanwhile_gets_the_record_of_its_removal(requests: Requests) -> None:
    request_id = requests.add()
    requests.during_removal(lambda: requests.set_status(request_id, "Revoked"))
    requests.run()
    assert [record["Outcome"] for record in requests.records(request_id)] == ["removed"]


@pytest.mark.parametrize("granted", [True, False], ids=["removed", "already gone"])
def test_commit_whose_answer_got_lost_is_recorded_once(requests: Requests, granted: bool) -> None:
    requests.add(BOB, days=1)
    request_id = requests.add(granted=granted)
    requests.add(resource=1, days=1)  # the person is known
    with ExitStack() as faults:
        lost = lost_commit_answers(requests.context.database, after_commit=True)
        requests.during_look(lambda: faults.enter_context(lost))
        response = requests.run()
    assert len(requests.records(request_id)) == 1
    assert response.message == "Revoked 1 expired request."


def test_run_that_could_not_record_is_healed_by_the_next(requests: Requests) -> None:
    """As after a crash between the call and the record."""
    request_id = requests.add()
    requests.add(BOB, days=1)
    assert requests.connected.has_grant(ALICE)
    record = f"INSERT INTO {requests.platform.revocations}"
    with (
        failing_statements(requests.context.database, record, ZeroDivisionError()),
        pytest.raises(JobFailedError, match=r"^Run \S+ failed\."),
    ):
        requests.run()
    assert not requests.connected.has_grant(ALICE)
    assert requests.status(request_id) == "Active"
    requests.run()
    assert requests.status(request_id) == "Revoked"
    assert [record["Outcome"] for record in requests.records(request_id)] == ["removed"]


def test_proof_stands_in_the_list_and_on_the_timeline(requests: Requests, platform: Platform) -> None:
    request_id = requests.add()
    requests.run()
    use_context(requests.context)
    [listed] = call(access_requests.list_requests, platform).json["items"]
    assert (listed["removal"], listed["stillEffectiveThrough"]) == ("removed", None)
    assert listed["verifiedAt"] is not None
    shown = call(access_requests.show_request, platform, path={"id": request_id}).json
    event = shown["timeline"][-1]
    assert (event["event"], event["removal"]) == ("revoked", "removed")
    assert event["verifiedAt"] == listed["verifiedAt"]
    assert event["platformRequestId"].startswith("call-")


def preview(requests: Requests) -> Any:
    use_context(requests.context)
    return call(operations.revoke_expired, requests.platform, "dryRun=true").json


def test_preview_says_what_the_platform_says_and_changes_nothing(requests: Requests) -> None:
    direct, above = requests.add(ALICE), requests.add(BOB, resource=1, granted=False)
    requests.connected.grant_from_above(BOB, 1)
    gone = requests.add(ALICE, resource=2, granted=False)
    found = preview(requests)
    assert found["takesAccessAway"] is True
    granted = {item["requestId"]: item["held"] for item in found["items"]}
    assert granted == {direct: "direct", above: "through", gone: "gone"}
    assert requests.connected.server.called(*requests.connected.removal) == []
    assert requests.connected.has_grant(ALICE)


def test_preview_says_why_the_platform_says_nothing(requests: Requests) -> None:
    requests.add()
    requests.connected.server.faults = [Fault(Answers(401))]
    [item] = preview(requests)["items"]
    assert item["held"] == "unknown"
    assert item["detail"].endswith(".")


def test_overview_counts_what_is_still_granted_because_its_removal_failed(requests: Requests) -> None:
    requests.add()
    requests.add(BOB, resource=1)
    method, path = requests.connected.removal
    requests.connected.server.faults = [Fault(Answers(403), method, path, times=1)]
    requests.run()
    use_context(requests.context)
    figures = {
        figure["platform"]: figure["stillHeldCount"] for figure in call_operation(show_overview).json["platforms"]
    }
    assert figures == {key: 1 if key == requests.platform.key else None for key in ("databricks", "palantir")}


def test_overview_shows_first_what_was_removed_in_error(requests: Requests) -> None:
    request_id = requests.add()
    requests.during_removal(lambda: requests.extend(request_id))
    response = requests.run()
    use_context(requests.context)
    concern = call_operation(show_overview).json["concerns"][0]
    assert (concern["kind"], concern["count"], concern["jobId"]) == ("removedInError", 1, str(response.job_id))
    requests.set_status(request_id, "Revoked")
    assert call_operation(show_overview).json["concerns"] == []


def test_items_of_the_run_carry_the_proof(requests: Requests) -> None:
    requests.add()
    job_id = requests.run().job_id
    use_context(requests.context)
    [item] = call_operation(list_job_run_items, {"outcome": "revoked"}, path={"jobId": job_id}).json["items"]
    assert item["removal"] == "removed"
    assert item["verifiedAt"] is not None


def test_record_that_the_database_refuses_fails_alone_in_its_group(requests: Requests) -> None:
    covered, _ = requests.add(ALICE), requests.add(ALICE, days=20)
    others = [requests.add(f"person{number}@test.com") for number in range(5)]
    status = requests.platform.columns["status"]
    with refused_rows(
        requests.context.database, requests.platform.requests, f"{status} = 'Superseded'", change="UPDATE"
    ):
        response = requests.run()
    assert [requests.status(each) for each in others] == ["Revoked"] * 5
    assert [requests.records(each)[0]["Outcome"] for each in others] == ["removed"] * 5
    assert requests.status(covered) == "Active"
    assert requests.failures(covered) == [NOT_RECORDED]
    assert (response.revoked_count, response.failed_count) == (5, 1)


def continuing(requests: Requests, storage: str, **settings: Any) -> None:
    changes = {"storage_connection_string": SecretStr(storage), **settings}
    requests.context = replace(requests.context, settings=requests.context.settings.model_copy(update=changes))


def add_those_that_fail_first(requests: Requests, failing: int, others: int) -> tuple[list[int | str], list[int | str]]:
    """The failing ones expired first, and stay effective through something else."""
    bad = [requests.add(resource=number, days=-30, granted=False) for number in range(failing)]
    for number in range(failing):
        requests.connected.grant_from_above(ALICE, number)
    return bad, [requests.add(BOB, resource=failing + number) for number in range(others)]


def test_those_that_fail_first_keep_nothing_from_its_turn(requests: Requests, storage: str) -> None:
    continuing(requests, storage, run_max_items=2)
    bad, others = add_those_that_fail_first(requests, 2, 3)
    requests.run()
    assert run_all(requests.context) == 2
    assert [requests.status(each) for each in others] == ["Revoked"] * 3
    assert [len(requests.failures(each)) for each in bad] == [1, 1]


def test_what_failed_is_tried_again_by_the_next_schedule_after_all_else(requests: Requests) -> None:
    """Where there is no queue, too."""
    settings = requests.context.settings.model_copy(update={"run_max_items": 2})
    requests.context = replace(requests.context, settings=settings)
    bad, others = add_those_that_fail_first(requests, 2, 2)
    for _ in range(3):
        requests.run()
    assert [requests.status(each) for each in others] == ["Revoked"] * 2
    assert [len(requests.failures(each)) for each in bad] == [2, 2]


def test_sums_of_a_chain_count_what_failed_once(requests: Requests, storage: str) -> None:
    continuing(requests, storage, run_max_items=2)
    add_those_that_fail_first(requests, 1, 4)
    job_id = str(requests.run().job_id)
    assert run_all(requests.context) == 2
    use_context(requests.context)
    chain = call_operation(show_job_run, path={"jobId": job_id}).json["chain"]
    assert {**chain, "runCount": 0} == {
        "runCount": 0, "totalCount": 5, "processedCount": 4, "failedCount": 1, "leftCount": 0,
    }  # fmt: skip
