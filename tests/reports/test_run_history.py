"""The history of runs over HTTP: filters and orders, one run, and what it did."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from access.platforms import PALANTIR, PLATFORMS, Platform
from config.context import AppContext
from jobs.job_types import JOB_TYPES, JobKind, JobType
from jobs.operations import revoke_expired, send_expiry_notifications
from reports.operations import list_job_run_items, list_job_runs, show_job_run, show_overview
from sql.database import Database
from tests.calls import Query, call, call_operation, read_all_pages
from tests.rows import (
    add_failure,
    add_reminder,
    add_request,
    add_requests,
    add_revocation,
    add_run,
    delete_request,
    wait_for_calm_minute,
)

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
SORTS = ["startedAt", "-startedAt", "endedAt", "-endedAt", "duration", "-duration"]


def found(query: Query = "") -> list[str]:
    page = call_operation(list_job_runs, query).json
    assert page["total"] == len(page["items"])
    return [run["jobId"] for run in page["items"]]


def shown(job_id: str) -> dict[str, Any]:
    reply = call_operation(show_job_run, path={"jobId": job_id})
    assert reply.status == 200
    run: dict[str, Any] = reply.json
    return run


def items(job_id: str, outcome: str, **query: Any) -> list[dict[str, Any]]:
    return read_all_pages(list_job_run_items, {"outcome": outcome, **query}, 2, path={"jobId": job_id})


def test_newest_run_comes_first(database: Database) -> None:
    ids = [add_run(database, job_type, Started_At=START + timedelta(days=n)) for n, job_type in enumerate(JOB_TYPES)]
    assert found() == ids[::-1]


@pytest.mark.parametrize("kind", JobKind)
@pytest.mark.parametrize("key", [None, *(platform.key for platform in PLATFORMS)])
def test_runs_are_filtered_by_kind_and_platform(database: Database, kind: JobKind, key: str | None) -> None:
    ids = {job_type: add_run(database, job_type) for job_type in JOB_TYPES}
    add_run(database, "SomebodyElsesJob")
    wanted = {
        job_id for job_type, job_id in ids.items() if job_type.kind is kind and key in (None, job_type.platform.key)
    }
    assert set(found(f"kind={kind}&platform={key or ''}")) == wanted
    assert set(found()) == set(ids.values())


@pytest.mark.parametrize("status", ["Completed", "Failed", "Abandoned", "Cancelled"])
def test_runs_are_filtered_by_status(database: Database, status: str) -> None:
    ids = {name: add_run(database, JOB_TYPES[0], Status=name) for name in ("Completed", "Failed", "Cancelled")}
    ids["Abandoned"] = add_run(database, JOB_TYPES[0], Status="Abandoned")
    assert found(f"status={status}") == [ids[status]]


def test_run_without_a_sign_of_life_is_found_as_abandoned(database: Database) -> None:
    wait_for_calm_minute(database)
    now = database.utc_now()
    running = {"Status": "InProgress", "Started_At": now - timedelta(hours=1), "Completed_At": None}
    last_sign = now - timedelta(minutes=11)
    stale = add_run(database, JOB_TYPES[0], **running, Heartbeat_At=last_sign)
    alive = add_run(database, JOB_TYPES[1], **running, Heartbeat_At=now)
    assert (found("status=Abandoned"), found("status=InProgress")) == ([stale], [alive])
    run = shown(stale)
    assert (run["endedAt"], run["staleAt"], run["heartbeatAgeSeconds"]) == (run["heartbeatAt"], None, None)


def test_run_in_progress_tells_its_last_sign_of_life_and_when_it_may_be_taken_over(database: Database) -> None:
    now = database.utc_now()
    heartbeat = now - timedelta(seconds=40)
    job_id = add_run(
        database, JOB_TYPES[0], Status="InProgress", Heartbeat_At=heartbeat, Completed_At=None, Total_Count=9,
        Processed_Count=4, Failed_Count=2,
    )  # fmt: skip
    run = shown(job_id)
    assert 40 <= run["heartbeatAgeSeconds"] < 100
    stale_at = datetime.fromisoformat(run["staleAt"])
    assert stale_at == heartbeat.replace(second=0, microsecond=0) + timedelta(minutes=11)
    assert (run["status"], run["endedAt"], run["leftCount"]) == ("InProgress", None, 3)


@pytest.mark.parametrize("trigger", ["timer", "person", "automation", "continuation"])
def test_runs_are_filtered_by_trigger(database: Database, trigger: str) -> None:
    ids = {
        kind: add_run(database, JOB_TYPES[0], Trigger_Kind=kind)
        for kind in ("timer", "person", "automation", "continuation", None)
    }
    assert found(f"trigger={trigger}") == [ids[trigger]]
    assert shown(ids[trigger])["trigger"] == trigger


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("startedFrom=2026-03-02", [1, 2]),
        ("startedTo=2026-03-02", [0]),
        ("startedFrom=2026-03-02T06:00:00Z&startedTo=2026-03-03T06:00:00Z", [1]),
        ("endedFrom=2026-03-02T06:30:00Z", [1]),
        ("endedTo=2026-03-02T06:30:00Z", [0]),
    ],
)
def test_runs_are_filtered_by_start_and_end(database: Database, query: str, expected: list[int]) -> None:
    starts = [START + timedelta(days=day) for day in range(3)]
    ends = [*(start + timedelta(minutes=30) for start in starts[:2]), None]
    ids = [
        add_run(database, JOB_TYPES[n], Started_At=start, Completed_At=end, Heartbeat_At=database.utc_now(),
                Status="Completed" if end else "InProgress")
        for n, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]  # fmt: skip
    assert sorted(found(query)) == sorted(ids[index] for index in expected)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_in_any_order_return_every_run_once(database: Database, sort: str) -> None:
    for number in range(12):
        start = START + timedelta(days=number % 5)
        add_run(database, JOB_TYPES[0], Started_At=start, Completed_At=start + timedelta(milliseconds=number % 3 * 400))
    now = database.utc_now()
    add_run(database, JOB_TYPES[1], Started_At=now, Status="InProgress", Heartbeat_At=now, Completed_At=None)
    runs = read_all_pages(list_job_runs, {"sort": sort}, 5)
    assert len({run["jobId"] for run in runs}) == len(runs) == 13
    keys = [_sort_key(run, sort.removeprefix("-")) for run in runs]
    assert keys == sorted(keys, reverse=sort.startswith("-"))


def _sort_key(run: dict[str, Any], field: str) -> Any:
    if field != "duration":
        return datetime.fromisoformat(run[field] or "9999-12-31T00:00:00Z")
    if run["endedAt"] is None:
        return timedelta(-1)
    return datetime.fromisoformat(run["endedAt"]) - datetime.fromisoformat(run["startedAt"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=Anything", "kind"),
        ("platform=elsewhere", "platform"),
        ("status=Running", "status"),
        ("trigger=chance", "trigger"),
        ("sort=id", "sort"),
        ("startedFrom=yesterday", "startedFrom"),
        ("type=RevokeExpired", "type"),
    ],
)
def test_unusable_parameter_is_refused_by_name(query: str, field: str) -> None:
    reply = call_operation(list_job_runs, query)
    assert (reply.status, reply.wrong_fields) == (422, [field])


def test_run_of_a_job_is_told_with_what_it_did(context: AppContext, platform: Platform) -> None:
    now = context.database.utc_now()
    expired, soon = now - timedelta(days=1), now + timedelta(days=3)
    ids = add_requests(
        context.database, platform, [{"expires_on": expired}, {"expires_on": soon, "email": "bob@test.com"}]
    )
    notified_by = call(send_expiry_notifications, platform, body=b" ").json["jobId"]
    revoked_by = call(revoke_expired, platform, body=b" ").json["jobId"]
    assert shown(notified_by)["outcomes"] == [{"outcome": "notified", "count": 1}, {"outcome": "failed", "count": 0}]
    assert shown(revoked_by)["outcomes"] == [{"outcome": "revoked", "count": 1}, {"outcome": "failed", "count": 0}]
    (notified,), (revoked,) = items(notified_by, "notified"), items(revoked_by, "revoked")
    assert (notified["requestId"], notified["email"], notified["attempted"]) == (
        ids[1],
        "bob@test.com",
        "30-Day Reminder",
    )
    assert (revoked["requestId"], revoked["email"], revoked["attempted"]) == (ids[0], "alice@test.com", "Revocation")
    assert revoked["resource"].endswith("(Viewer)" if platform is PALANTIR else "(SELECT)")
    assert items(notified_by, "revoked") == items(notified_by, "failed") == []


def test_items_that_failed_carry_their_reason(context: AppContext, platform: Platform) -> None:
    database = context.database
    ids = add_requests(database, platform, [{}] * 5)
    job_id = add_run(database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
    for number, request_id in enumerate(ids):
        add_failure(database, job_id, request_id, error=f"reason {number}", email=f"person{number}@test.com")
    failed = items(job_id, "failed")
    assert [(item["requestId"], item["error"]) for item in failed] == [
        (id_, f"reason {n}") for n, id_ in enumerate(ids)
    ]
    assert failed[0]["resource"]
    assert items(job_id, "failed", sort="-at") == failed[::-1]
    assert [item["email"] for item in items(job_id, "failed", q="PERSON3")] == ["person3@test.com"]


def test_items_of_other_runs_are_not_told(context: AppContext, platform: Platform) -> None:
    database = context.database
    job_ids = [add_run(database, JobType(kind, platform)) for kind in JobKind]
    request_id = add_request(database, platform)
    add_reminder(database, platform, request_id, "30-Day Reminder", job_id=job_ids[0])
    add_reminder(database, platform, request_id, "7-Day Reminder")
    add_revocation(database, platform, request_id, job_id=job_ids[1])
    add_revocation(database, platform, request_id)
    assert [item["attempted"] for item in items(job_ids[0], "notified")] == ["30-Day Reminder"]
    assert len(items(job_ids[1], "revoked")) == 1


@pytest.mark.parametrize("outcome", ["notified", "revoked", "failed"])
def test_record_outlives_its_request(context: AppContext, platform: Platform, outcome: str) -> None:
    database = context.database
    job_id = add_run(database, JobType(JobKind.REVOKE_EXPIRED, platform))
    request_id = add_request(database, platform)
    add_reminder(database, platform, request_id, "30-Day Reminder", job_id=job_id)
    add_revocation(database, platform, request_id, job_id=job_id)
    add_failure(database, job_id, request_id)
    delete_request(database, platform, request_id)
    (item,) = items(job_id, outcome)
    assert (item["requestId"], item["resource"], item["expiresOn"]) == (request_id, None, None)


@pytest.mark.parametrize(
    ("outcomes", "seen_gone"),
    [
        (["removed", "alreadyGone", "superseded", "removedInError"], 2),
        (["superseded"], 0),
        ([None, None], None),
        ([], None),
    ],
    ids=str,
)
def test_revocations_that_the_platform_was_seen_without_are_counted_where_it_was_asked(
    context: AppContext, platform: Platform, outcomes: list[str | None], seen_gone: int | None
) -> None:
    job_type = JobType(JobKind.REVOKE_EXPIRED, platform)
    job_id = add_run(context.database, job_type, Started_At=START)
    for outcome in outcomes:
        request_id = add_request(context.database, platform)
        add_revocation(context.database, platform, request_id, job_id=job_id, outcome=outcome)
        add_revocation(context.database, platform, request_id, outcome="removed")
    assert shown(job_id)["seenGoneCount"] == seen_gone
    (job,) = (job for job in call_operation(show_overview).json["jobs"] if job["jobType"] == str(job_type))
    assert (job["lastRun"]["jobId"], job["seenGoneCount"]) == (job_id, seen_gone)


def test_run_that_revokes_nothing_by_its_kind_has_nothing_seen_gone(context: AppContext, platform: Platform) -> None:
    job_id = add_run(context.database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
    assert shown(job_id)["seenGoneCount"] is None


def test_outcome_must_be_named(database: Database) -> None:
    job_id = add_run(database, JOB_TYPES[0])
    reply = call_operation(list_job_run_items, path={"jobId": job_id})
    assert (reply.status, reply.wrong_fields) == (422, ["outcome"])


@pytest.mark.parametrize("operation", [show_job_run, list_job_run_items], ids=lambda operation: operation.name)
@pytest.mark.parametrize("job_id", ["00000000-0000-4000-8000-000000000000", "7", "not-a-run"])
def test_run_that_is_not_there_is_answered_404(operation: Any, job_id: str) -> None:
    reply = call_operation(
        operation, "outcome=failed" if operation is list_job_run_items else "", path={"jobId": job_id}
    )
    assert (reply.status, reply.mimetype) == (404, "application/problem+json")
    assert job_id in reply.json["detail"]


def test_runs_of_a_chain_name_each_other_and_tell_its_sums(database: Database, platform: Platform) -> None:
    job_type = JobType(JobKind.EXPIRY_NOTIFICATION, platform)
    start, ids = START, list[str]()
    for total, done, failed in ((12, 4, 1), (7, 5, 0), (2, 1, 0)):
        columns = {"Total_Count": total, "Processed_Count": done, "Failed_Count": failed, "Started_At": start}
        ids.append(add_run(database, job_type, **columns, Continues_Job_Id=ids[-1] if ids else None))
        start += timedelta(hours=1)
    links = [(shown(job_id)["continuesJobId"], shown(job_id)["continuedByJobId"]) for job_id in ids]
    assert links == [(None, ids[1]), (ids[0], ids[2]), (ids[1], None)]
    sums = {"runCount": 3, "totalCount": 12, "processedCount": 10, "failedCount": 1, "leftCount": 1}
    assert [shown(job_id)["chain"] for job_id in ids] == [sums] * 3


@pytest.mark.parametrize("status", ["Abandoned", "InProgress", "Failed"])
def test_chain_leaves_what_its_last_run_has_not_looked_at_yet(database: Database, status: str) -> None:
    counts = {"Total_Count": 6, "Processed_Count": 2, "Failed_Count": 0}
    first = add_run(database, JOB_TYPES[0], **counts, Started_At=START)
    add_run(database, JOB_TYPES[0], Status=status, Continues_Job_Id=first)
    sums = {"runCount": 2, "totalCount": 6, "processedCount": 2, "failedCount": 0, "leftCount": 4}
    assert shown(first)["chain"] == sums


def test_run_that_was_tried_twice_is_continued_by_the_later_try(database: Database) -> None:
    first = add_run(database, JOB_TYPES[0], Started_At=START)
    add_run(database, JOB_TYPES[0], Started_At=START + timedelta(hours=1), Status="Abandoned", Continues_Job_Id=first)
    again = add_run(database, JOB_TYPES[0], Started_At=START + timedelta(hours=2), Continues_Job_Id=first)
    assert shown(first)["continuedByJobId"] == again
    assert shown(first)["chain"]["runCount"] == 3


def test_chain_whose_beginning_was_pruned_is_told_from_what_is_left(database: Database) -> None:
    second = add_run(database, JOB_TYPES[0], Started_At=START, Continues_Job_Id=str(uuid4()), Processed_Count=2)
    third = add_run(database, JOB_TYPES[0], Started_At=START + timedelta(hours=1), Continues_Job_Id=second)
    assert shown(second)["chain"] == shown(third)["chain"]
    assert shown(third)["chain"]["runCount"] == 2


def test_run_by_itself_is_no_chain(database: Database) -> None:
    assert shown(add_run(database, JOB_TYPES[0]))["chain"] is None
