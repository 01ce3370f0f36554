"""A caller that prefers not to wait is told where to look, and its run starts from a queue under the promised id."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from access.platforms import Platform
from config.context import AppContext
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.operations import notification_job_status, revoke_expired, revoke_job_status, send_expiry_notifications
from jobs.queue_handlers import note_poisoned_start, start_run
from jobs.run_records.job_run_helper import JobRunHelper
from jobs.run_records.queued_runs import try_start_queued_run
from jobs.runs.messages import CONTINUATIONS, STARTS
from jobs.timers import revoke_expired_on_timer
from reports.operations import cancel_job_run, list_job_runs, show_job_run, show_overview
from sql.database import Database
from tests.calls import Define, Query, Reply, call, call_operation, use_context
from tests.faults import lost_commit_answers
from tests.jobs.job_runs import acquired, due_now, holder_of
from tests.ports import closed_port
from tests.queues import take_all
from tests.rows import add_failure, add_request, add_requests, add_run, age_heartbeat, run_of

RATHER_ASYNC = {"prefer": "respond-async"}
JOBS = [
    (send_expiry_notifications, notification_job_status, JobKind.EXPIRY_NOTIFICATION),
    (revoke_expired, revoke_job_status, JobKind.REVOKE_EXPIRED),
]
# The message's run, and whether the database has the index that makes the lock safe.
READS_BEFORE_THE_LOCK = 2
each_job = pytest.mark.parametrize(("trigger", "status", "kind"), JOBS, ids=["notify", "revoke"])


@pytest.fixture
def context(database: Database, storage: str) -> AppContext:
    settings = read_settings(
        simulated_email_seconds=0,
        revoke_delay_seconds=0,
        allow_test_simulation=True,
        storage_connection_string=storage,
    )
    return AppContext(settings, database, database)


def post(define: Define, platform: Platform, query: Query = "", headers: Mapping[str, str] = RATHER_ASYNC) -> Reply:
    return call(define, platform, query, headers=headers)


def starts(context: AppContext) -> list[str]:
    assert context.settings.storage_connection_string
    return take_all(context.settings.storage_connection_string.get_secret_value(), STARTS)


def start(context: AppContext) -> bytes:
    """Handles the one message that waits, which is returned."""
    (text,) = starts(context)
    start_run(context, text.encode())
    return text.encode()


def shown(job_id: str) -> dict[str, Any]:
    reply = call_operation(show_job_run, path={"jobId": job_id})
    assert reply.status == 200
    run: dict[str, Any] = reply.json
    return run


def count_runs() -> int:
    return int(call_operation(list_job_runs).json["total"])


@each_job
def test_run_is_promised_shown_while_it_waits_and_runs_under_its_id(
    context: AppContext, platform: Platform, trigger: Define, status: Define, kind: JobKind
) -> None:
    days = -1 if kind is JobKind.REVOKE_EXPIRED else 3
    add_request(context.database, platform, expires_on=context.database.utc_now() + timedelta(days=days))
    reply = post(trigger, platform)
    job_id = reply.json["jobId"]
    assert (reply.status, reply.json["status"]) == (202, "Queued")
    assert reply.headers["Location"] == f"/api/job-runs/{job_id}"
    assert reply.headers["Retry-After"] == "3"
    assert reply.headers["Preference-Applied"] == "respond-async"
    waiting = shown(job_id)
    assert (waiting["status"], waiting["endedAt"], waiting["processedCount"]) == ("Queued", None, None)
    assert (waiting["trigger"], waiting["triggeredBy"]) == ("person", "local user")
    told = call(status, platform).json
    assert (told["isLocked"], told["activeJob"]["jobId"], told["lastRun"]) == (True, job_id, None)
    start(context)
    run = shown(job_id)
    assert (run["status"], run["processedCount"], run["trigger"]) == ("Completed", 1, "person")
    assert call(status, platform).json["lastRun"]["jobId"] == job_id
    assert count_runs() == 1


@pytest.mark.parametrize("headers", [{}, {"prefer": "return=minimal"}, {"prefer": "wait=10"}])
@each_job
def test_without_the_preference_the_answer_is_that_of_the_ended_run(
    context: AppContext, platform: Platform, headers: dict[str, str], trigger: Define, status: Define, kind: JobKind
) -> None:
    reply = post(trigger, platform, headers=headers)
    assert reply.status == 200
    assert "Preference-Applied" not in reply.headers
    assert shown(reply.json["jobId"])["status"] == "Completed"
    assert starts(context) == []


@pytest.mark.parametrize("value", ["Respond-Async", "wait=10, respond-async", "respond-async; foo=bar"])
def test_preference_is_read_as_its_standard_says(context: AppContext, platform: Platform, value: str) -> None:
    assert post(revoke_expired, platform, headers={"prefer": value}).status == 202


@each_job
def test_dry_run_ignores_the_preference(
    context: AppContext, platform: Platform, trigger: Define, status: Define, kind: JobKind
) -> None:
    reply = post(trigger, platform, "dryRun=true")
    assert (reply.status, reply.json["dryRun"]) == (200, True)
    assert (starts(context), count_runs()) == ([], 0)


@each_job
def test_held_lock_refuses_as_ever(
    context: AppContext, platform: Platform, trigger: Define, status: Define, kind: JobKind
) -> None:
    holder = acquired(context.database, JobType(kind, platform))
    reply = post(trigger, platform)
    assert (reply.status, reply.json["activeJob"]["jobId"]) == (409, holder)
    assert (starts(context), count_runs()) == ([], 1)


@each_job
def test_second_run_is_not_promised_while_one_waits(
    context: AppContext, platform: Platform, trigger: Define, status: Define, kind: JobKind
) -> None:
    promised = post(trigger, platform).json["jobId"]
    reply = post(trigger, platform)
    assert (reply.status, reply.json["activeJob"]["jobId"]) == (409, promised)
    assert count_runs() == 1


@each_job
def test_of_many_callers_at_once_one_is_promised_a_run_and_the_others_are_told_of_it(
    context: AppContext, platform: Platform, trigger: Define, status: Define, kind: JobKind
) -> None:
    with ThreadPoolExecutor(10) as executor:
        replies = list(executor.map(lambda _: post(trigger, platform), range(10)))
    (promised,) = [reply.json["jobId"] for reply in replies if reply.status == 202]
    assert [reply.json["activeJob"]["jobId"] for reply in replies if reply.status == 409] == [promised] * 9
    assert (len(starts(context)), count_runs()) == (1, 1)


@each_job
def test_caller_who_waits_does_not_overtake_a_promised_run(
    context: AppContext, platform: Platform, trigger: Define, status: Define, kind: JobKind
) -> None:
    promised = post(trigger, platform).json["jobId"]
    reply = post(trigger, platform, headers={})
    assert (reply.status, reply.json["activeJob"]["jobId"]) == (409, promised)
    start(context)
    assert post(trigger, platform, headers={}).status == 200


def test_timer_does_not_wait_for_a_promised_run(context: AppContext, platform: Platform) -> None:
    promised = post(revoke_expired, platform).json["jobId"]
    revoke_expired_on_timer(platform).fire(context, past_due=False)
    assert (count_runs(), shown(promised)["status"]) == (2, "Queued")


def test_run_whose_message_is_lost_is_in_nobodys_way(context: AppContext, platform: Platform) -> None:
    lost = post(revoke_expired, platform).json["jobId"]
    age_heartbeat(context.database, lost, minutes=11)
    assert call(revoke_job_status, platform).json["isLocked"] is False
    assert post(revoke_expired, platform, headers={}).status == 200
    assert post(revoke_expired, platform).status == 202
    ended = shown(lost)
    assert (ended["status"], ended["error"]) == ("Failed", "It did not start within 10 minutes. Start the job again.")
    assert ended["endedAt"]


def test_wrong_query_is_refused_before_anything_is_promised(context: AppContext, platform: Platform) -> None:
    assert post(send_expiry_notifications, platform, "failMail=a").status == 422
    assert (starts(context), count_runs()) == ([], 0)


@each_job
def test_queue_that_is_down_makes_the_caller_wait(
    database: Database, platform: Platform, trigger: Define, status: Define, kind: JobKind
) -> None:
    address = f"http://127.0.0.1:{closed_port()}/a"
    storage = f"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a;QueueEndpoint={address}"
    settings = read_settings(simulated_email_seconds=0, revoke_delay_seconds=0, storage_connection_string=storage)
    use_context(AppContext(settings, database, database))
    reply = post(trigger, platform)
    assert reply.status == 200
    assert shown(reply.json["jobId"])["status"] == "Completed"
    assert count_runs() == 1


def test_simulated_failures_travel_with_the_run(context: AppContext, platform: Platform) -> None:
    soon = context.database.utc_now() + timedelta(days=3)
    addresses = ["a+b@test.com", "bob@test.com", "carol@test.com"]
    add_requests(context.database, platform, [{"expires_on": soon, "email": address} for address in addresses])
    query = [("failEmail", "a+b@test.com"), ("failEmail", "BOB@test.com")]
    job_id = post(send_expiry_notifications, platform, query).json["jobId"]
    start(context)
    assert (shown(job_id)["processedCount"], shown(job_id)["failedCount"]) == (1, 2)


def test_random_failures_travel_with_the_run(context: AppContext, platform: Platform) -> None:
    post(send_expiry_notifications, platform, "simulateFailures=true")
    (text,) = starts(context)
    assert json.loads(text)["simulateFailures"] is True


def test_retry_of_what_failed_travels_with_the_run(context: AppContext, platform: Platform) -> None:
    distant = context.database.utc_now() + timedelta(days=20)
    ids = add_requests(context.database, platform, [{"expires_on": distant}] * 3)
    earlier = add_run(context.database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
    add_failure(context.database, earlier, ids[1])
    post(send_expiry_notifications, platform, f"onlyFailedOf={earlier}")
    start(context)
    assert {due.request_id for due in due_now(context.database, platform)} == {ids[0], ids[2]}


def test_run_waits_for_its_turn_while_another_holds_the_lock(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.queue_handlers.NEXT_TURN_SECONDS", 0)
    job_id = post(revoke_expired, platform).json["jobId"]
    holder = acquired(context.database, JobType(JobKind.REVOKE_EXPIRED, platform))
    start(context)
    assert shown(job_id)["status"] == "Queued"
    (job,) = [job for job in call_operation(show_overview).json["jobs"] if job["activeRun"]]
    assert job["activeRun"]["jobId"] == holder
    with context.database.connect() as connection:
        assert JobRunHelper.complete_job(connection, holder, 0, 0)
    start(context)
    assert shown(job_id)["status"] == "Completed"


def test_run_that_waits_can_be_cancelled_and_never_starts(context: AppContext, platform: Platform) -> None:
    job_id = post(revoke_expired, platform).json["jobId"]
    reply = call_operation(cancel_job_run, path={"jobId": job_id})
    assert (reply.status, reply.json["status"], reply.json["cancelledBy"]) == (202, "Cancelled", "local user")
    start(context)
    assert shown(job_id)["status"] == "Cancelled"
    assert call_operation(cancel_job_run, path={"jobId": job_id}).status == 409


def test_message_that_comes_twice_at_once_starts_one_run(context: AppContext, platform: Platform) -> None:
    slow = context.settings.model_copy(update={"revoke_delay_seconds": 1})
    slow_context = AppContext(slow, context.database, context.database)
    expired = context.database.utc_now() - timedelta(days=1)
    add_request(context.database, platform, expires_on=expired)
    job_id = post(revoke_expired, platform).json["jobId"]
    (text,) = starts(context)
    with ThreadPoolExecutor(4) as executor:
        for outcome in [executor.submit(start_run, slow_context, text.encode()) for _ in range(4)]:
            outcome.result()
    assert (shown(job_id)["processedCount"], count_runs()) == (1, 1)
    assert starts(context) == []


def test_message_that_comes_again_after_its_run_ended_starts_nothing(context: AppContext, platform: Platform) -> None:
    post(revoke_expired, platform)
    start_run(context, start(context))
    assert count_runs() == 1


@pytest.mark.parametrize("query", ["", "failEmail=a@test.com"])
def test_message_that_comes_again_after_its_run_died_continues_it_unless_it_was_a_test(
    context: AppContext, platform: Platform, query: str
) -> None:
    job_type = JobType(JobKind.EXPIRY_NOTIFICATION, platform)
    job_id = post(send_expiry_notifications, platform, query).json["jobId"]
    (text,) = starts(context)
    with context.database.connect() as connection:
        assert try_start_queued_run(connection, job_id, str(job_type), "dead server")
    age_heartbeat(context.database, job_id, minutes=11)
    start_run(context, text.encode())
    assert shown(job_id)["continuedByJobId"] is None if query else shown(job_id)["continuedByJobId"]
    assert holder_of(context.database, job_type) is None


def test_promised_run_starts_although_the_answer_to_its_lock_was_lost(context: AppContext, platform: Platform) -> None:
    add_request(context.database, platform, expires_on=context.database.utc_now() - timedelta(days=1))
    job_id = post(revoke_expired, platform).json["jobId"]
    with lost_commit_answers(context.database, after_commit=True, skip=READS_BEFORE_THE_LOCK):
        start(context)
    run = shown(job_id)
    assert (run["status"], run["processedCount"]) == ("Completed", 1)
    assert holder_of(context.database, JobType(JobKind.REVOKE_EXPIRED, platform)) is None


def test_poison_ends_the_promised_run_as_failed(context: AppContext, platform: Platform) -> None:
    job_id = post(revoke_expired, platform).json["jobId"]
    (text,) = starts(context)
    note_poisoned_start(context, text.encode())
    run = shown(job_id)
    assert (run["status"], run["error"]) == (
        "Failed",
        "It could not be started. The log says why. Start the job again.",
    )
    start_run(context, text.encode())
    assert shown(job_id)["status"] == "Failed"


def test_run_that_is_not_on_record_any_more_is_not_started(context: AppContext, platform: Platform) -> None:
    text = json.dumps({"jobType": str(JobType(JobKind.REVOKE_EXPIRED, platform)), "jobId": str(uuid4())})
    start_run(context, text.encode())
    assert count_runs() == 0


def test_run_that_waits_is_neither_counted_as_run_nor_as_trouble(context: AppContext, platform: Platform) -> None:
    post(revoke_expired, platform)
    overview = call_operation(show_overview).json
    assert overview["concerns"] == []
    assert all(not day["inProgress"] for day in overview["runsPerDay"])
    assert all(job["lastRun"] is None and job["activeRun"] is None for job in overview["jobs"])


def test_long_run_from_the_queue_is_continued(context: AppContext, platform: Platform) -> None:
    few = context.settings.model_copy(update={"run_max_items": 1})
    few_context = AppContext(few, context.database, context.database)
    soon = context.database.utc_now() + timedelta(days=3)
    add_requests(context.database, platform, [{"expires_on": soon}] * 2)
    job_id = post(send_expiry_notifications, platform).json["jobId"]
    start(few_context)
    assert few.storage_connection_string
    (text,) = take_all(few.storage_connection_string.get_secret_value(), CONTINUATIONS)
    assert json.loads(text)["afterJobId"] == job_id


def test_start_time_is_that_of_the_run(context: AppContext, platform: Platform) -> None:
    job_id = post(revoke_expired, platform).json["jobId"]
    queued = run_of(context.database, job_id)
    start(context)
    run = run_of(context.database, job_id)
    assert queued.heartbeat_at is None
    assert run.heartbeat_at
    assert run.started_at >= queued.started_at
