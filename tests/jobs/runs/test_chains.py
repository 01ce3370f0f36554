"""A run that leaves work untried is continued until all is done; nothing else is, and never twice at once."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from access.platforms import DATABRICKS, Platform
from config import storage_queues
from config.context import AppContext
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.models import StopCode
from jobs.operations import notification_job_status
from jobs.queue_handlers import continue_run, note_poisoned_continuation
from jobs.reminders.run import run_expiry_notifications
from jobs.request import FailureSimulation, RunRequest
from jobs.revocations.run import run_revoke_expired
from jobs.run_records.cancellation import request_cancel
from jobs.run_records.ending import RunEnd, StopReason, WaitCode
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.runs.held_run import HeldRun, RunTiming
from jobs.runs.messages import UnreadableMessageError
from jobs.runs.runner import RunResult, run_job
from jobs.runs.successor import MAX_LINKS
from reports.operations import cancel_job_run, list_job_runs, show_job_run
from sql.database import Database
from tests.calls import call, call_operation
from tests.faults import after_commits_of, execute, refused_rows
from tests.jobs.job_runs import SteeredClock, acquired, due_now, run_all, sent
from tests.jobs.run_requests import reminder_run, revoke_run
from tests.ports import closed_port
from tests.rows import (
    add_failure,
    add_requests,
    add_run,
    age_heartbeat,
    note_of,
    recent_runs,
    reminders,
    run_of,
    today,
    wait_for_calm_minute,
)

MAX_ITEMS = 4
BUDGET_SECONDS = 60.0
SPENT = StopReason(StopCode.TIME_SPENT, resume_after_seconds=0)
REMIND, REVOKE = (JobType(kind, DATABRICKS) for kind in (JobKind.EXPIRY_NOTIFICATION, JobKind.REVOKE_EXPIRED))


def context_with(database: Database, storage: str | None, **settings: Any) -> AppContext:
    options = {"simulated_email_seconds": 0, "revoke_delay_seconds": 0, "run_max_items": MAX_ITEMS, **settings}
    return AppContext(read_settings(storage_connection_string=storage, **options), database, database)


@pytest.fixture
def context(database: Database, storage: str) -> AppContext:
    return context_with(database, storage)


def add_due(database: Database, platform: Platform, count: int) -> list[int | str]:
    expires_on = database.utc_now() + timedelta(days=20)
    rows = [
        {"expires_on": expires_on + timedelta(seconds=number), "email": f"person{number}@test.com"}
        for number in range(count)
    ]
    return add_requests(database, platform, rows)


def message(job_type: JobType, after_job_id: str, attempt: int = 1) -> bytes:
    return json.dumps({"jobType": str(job_type), "afterJobId": after_job_id, "attempt": attempt}).encode()


def runs(database: Database) -> list[JobRun]:
    """The oldest first."""
    with database.connect() as connection:
        return recent_runs(connection, 100)[::-1]


def work_of(**result: Any) -> Callable[[HeldRun], RunResult[None]]:
    """Something is left."""
    seconds = result.pop("resume_after_seconds", None)
    stop = StopReason(StopCode.EMAIL_LIMIT_REACHED, "3 emails an hour", seconds)
    end = RunEnd(**{"processed_count": 0, "failed_count": 0, "left_count": 1, **result}, stop=stop)
    return lambda _run: RunResult(end, None)


def resumes_at(job_id: str) -> datetime | None:
    """As the API tells it."""
    moment = call_operation(show_job_run, path={"jobId": job_id}).json["resumesAt"]
    return moment and datetime.fromisoformat(moment)


def end_with(context: AppContext, **result: Any) -> str:
    """A run that comes to this result; its id."""
    run_job(context, RunRequest(REMIND, "test"), work_of(**result))
    return runs(context.database)[-1].job_id


def test_run_that_reaches_its_limit_asks_for_the_next_one(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, MAX_ITEMS + 1)
    response = run_expiry_notifications(context, reminder_run(platform))
    (text,) = sent(context)
    job_type = str(JobType(JobKind.EXPIRY_NOTIFICATION, platform))
    assert json.loads(text) == {"jobType": job_type, "afterJobId": str(response.job_id), "attempt": 1}
    told = call_operation(show_job_run, path={"jobId": str(response.job_id)}).json
    assert told["note"].startswith("1 was left due: the limit for one run was reached. Continues automatically at ")
    assert (told["error"], told["stopReason"]) == (told["note"], "maxItemsReached")
    last = call(notification_job_status, platform).json["lastRun"]
    assert (last["note"], last["error"], last["stopReason"]) == (told["note"], told["note"], "maxItemsReached")
    assert run_of(context.database, str(response.job_id)).error_message is None


def test_run_that_an_earlier_version_ended_is_told_with_its_own_words(context: AppContext) -> None:
    """That version knows no columns but Error_Message, and may still be at work beside this one."""
    stored = "3 were left due: the time budget of a run was spent. It goes on by itself from 14:05 UTC."
    job_id = add_run(context.database, REMIND, Error_Message=stored, Total_Count=4, Processed_Count=1)
    told = call_operation(show_job_run, path={"jobId": job_id}).json
    assert (told["error"], told["note"], told["stopReason"], told["leftCount"]) == (stored, None, None, 3)


def test_three_links_remind_everybody_once(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 3 * MAX_ITEMS)
    run_expiry_notifications(context, reminder_run(platform, triggered_by="timer", trigger="timer"))
    assert run_all(context) == 2
    first, second, third = runs(context.database)
    assert due_now(context.database, platform) == []
    assert [run.processed_count for run in (first, second, third)] == [MAX_ITEMS] * 3
    assert [run.continues_job_id for run in (first, second, third)] == [None, first.job_id, second.job_id]
    assert [run.trigger_kind for run in (first, second, third)] == ["timer", "continuation", "continuation"]
    assert third.triggered_by == f"continuation of {second.job_id}"


@contextmanager
def time_for_two_batches(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunTiming]:
    """Each run has spent its budget when it has recorded two batches of two."""
    monkeypatch.setattr("jobs.revocations.batch.BATCH_SIZES", {"sqlite": 2, "mssql": 2})
    clock, batches = SteeredClock(), count(1)

    def pass_time() -> None:
        clock.ahead_seconds += BUDGET_SECONDS if next(batches) % 2 == 0 else 0

    with after_commits_of(context.database, f"INSERT INTO {platform.revocations}", pass_time, times=100):
        yield RunTiming(BUDGET_SECONDS, clock=clock)


def test_revocation_is_continued_too(context: AppContext, monkeypatch: pytest.MonkeyPatch, platform: Platform) -> None:
    expired = context.database.utc_now() - timedelta(days=1)
    add_requests(context.database, platform, [{"expires_on": expired}] * 9)
    with time_for_two_batches(context, platform, monkeypatch) as timing:
        assert run_revoke_expired(context, revoke_run(platform), timing).revoked_count == 4
        assert run_all(context, timing) == 2
    assert [run.processed_count for run in runs(context.database)] == [4, 4, 1]


def test_chain_reminds_nobody_twice(context: AppContext, platform: Platform) -> None:
    """Who is late for the first reminder is due for the second at once, but gets that by the next schedule."""
    soon, later = (today(context.database) + timedelta(days=days, hours=12) for days in (3, 20))
    requests = [{"expires_on": soon + timedelta(seconds=number)} for number in range(MAX_ITEMS)]
    requests += [{"expires_on": later + timedelta(seconds=number)} for number in range(MAX_ITEMS)]
    ids = add_requests(context.database, platform, requests)
    run_expiry_notifications(context, reminder_run(platform, triggered_by="timer", trigger="timer"))
    assert run_all(context) == 1
    assert [reminders(context.database, platform, each) for each in ids] == [["30-Day Reminder"]] * len(ids)
    run_expiry_notifications(context, reminder_run(platform, triggered_by="timer", trigger="timer"))
    assert reminders(context.database, platform, ids[0]) == ["30-Day Reminder", "7-Day Reminder"]


def test_what_failed_is_not_tried_again_and_prolongs_no_chain(context: AppContext, platform: Platform) -> None:
    """The first of all keep failing: those behind them get their turn, and then the chain ends."""
    ids = add_due(context.database, platform, 2 * MAX_ITEMS)
    first = add_run(context.database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
    for request_id in ids[:MAX_ITEMS]:
        add_failure(context.database, first, request_id)
    job_type = JobType(JobKind.EXPIRY_NOTIFICATION, platform)
    continue_run(context, message(job_type, first), is_redelivered=False)
    assert run_all(context) == 0
    assert [due.request_id for due in due_now(context.database, platform)] == ids[:MAX_ITEMS]


def test_what_failed_is_tried_again_by_the_next_run_on_schedule(context: AppContext, platform: Platform) -> None:
    (request_id,) = add_due(context.database, platform, 1)
    add_failure(context.database, add_run(context.database, REMIND), request_id)
    by_timer = reminder_run(platform, triggered_by="timer", trigger="timer")
    assert run_expiry_notifications(context, by_timer).notified_count == 1


def test_those_who_fail_first_keep_nobody_from_their_turn(context: AppContext, platform: Platform) -> None:
    soon = context.database.utc_now() + timedelta(days=20)
    emails = [*[""] * MAX_ITEMS, "good@test.com"]
    requests = [{"email": email, "expires_on": soon + timedelta(minutes=n)} for n, email in enumerate(emails)]
    *bad, good = add_requests(context.database, platform, requests)
    run_expiry_notifications(context, reminder_run(platform, triggered_by="timer", trigger="timer"))
    assert run_all(context) == 1
    assert {due.request_id for due in due_now(context.database, platform)} == set(bad)
    assert reminders(context.database, platform, good) == ["30-Day Reminder"]


def test_revocation_that_is_refused_is_tried_once_in_a_chain(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    expired = context.database.utc_now() - timedelta(days=1)
    requests = [{"expires_on": expired + timedelta(minutes=number)} for number in range(9)]
    bad, *_ = add_requests(context.database, platform, requests)
    with (
        refused_rows(context.database, platform.revocations, f"{platform.revoked_request} = '{bad}'"),
        time_for_two_batches(context, platform, monkeypatch) as timing,
    ):
        run_revoke_expired(context, revoke_run(platform), timing)
        assert run_all(context, timing) == 2
    counts = [(run.total_count, run.processed_count, run.failed_count) for run in runs(context.database)]
    assert sum(processed or 0 for _, processed, _ in counts) == 8
    assert [failed for _, _, failed in counts] == [1, 0, 0]
    assert counts[-1][0] == counts[-1][1]


def test_nothing_due_ends_the_chain(context: AppContext) -> None:
    before = add_run(context.database, REMIND)
    continue_run(context, message(REMIND, before), is_redelivered=False)
    assert sent(context) == []
    assert [run.continues_job_id for run in runs(context.database)] == [None, before]


@pytest.mark.parametrize(
    ("result", "goes_on"),
    [
        ({"processed_count": 1, "resume_after_seconds": 0}, True),
        ({"failed_count": 9, "resume_after_seconds": 0}, True),
        ({"resume_after_seconds": 0}, False),
        ({"processed_count": 1, "resume_after_seconds": None}, False),
        ({"processed_count": 1, "failed_count": 1}, False),
    ],
    ids=["progress", "only failures, which are left out", "no progress", "nothing to wait for", "all tried"],
)
def test_run_goes_on_only_where_the_next_would_fare_better(
    context: AppContext, result: dict[str, Any], goes_on: bool
) -> None:
    end_with(context, **result)
    assert len(sent(context)) == goes_on


@pytest.mark.slow
def test_limit_that_frees_later_is_waited_for_although_nothing_was_done(context: AppContext) -> None:
    job_id = end_with(context, processed_count=0, resume_after_seconds=2)
    assert sent(context) == []
    deadline = time.monotonic() + 30
    while not (messages := sent(context)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert json.loads(messages[0])["afterJobId"] == job_id


@pytest.mark.parametrize("seconds", [1e9, float("inf")])
def test_wait_without_end_is_continued_within_a_day(context: AppContext, seconds: float) -> None:
    job_id = end_with(context, processed_count=1, resume_after_seconds=seconds)
    assert sent(context) == []
    assert "Continues automatically at " in str(note_of(run_of(context.database, job_id)))


@pytest.mark.parametrize("asked", [{"simulation": FailureSimulation(emails=frozenset({"nobody@test.com"}))}, {}])
def test_run_of_less_than_everything_is_not_continued(context: AppContext, asked: dict[str, Any]) -> None:
    """That would do more than was asked for."""
    ids = add_due(context.database, DATABRICKS, MAX_ITEMS + 1)
    earlier = add_run(context.database, REMIND)
    for request_id in ids:
        add_failure(context.database, earlier, request_id)
    run_expiry_notifications(context, reminder_run(DATABRICKS, **(asked or {"only_failed_of": earlier})))
    assert runs(context.database)[-1].left_count == 1
    assert sent(context) == []


def test_run_that_is_cancelled_when_it_has_all_but_ended_does_not_say_that_it_goes_on(context: AppContext) -> None:
    """Its limit was reached; then somebody cancelled it, while its last items were under way."""

    def work(run: HeldRun) -> RunResult[None]:
        with context.database.connect() as connection:
            request_cancel(connection, run.job_id, "Anna")
        return RunResult(RunEnd(3, 0, left_count=2, stop=SPENT), None)

    run_job(context, RunRequest(REMIND, "test"), work)
    assert sent(context) == []
    [run] = runs(context.database)
    assert (run.status, run.resumes_at) == ("Cancelled", None)


def test_run_that_is_not_on_record_is_not_continued(context: AppContext) -> None:
    """As after a restore of the database, when messages of later runs are still in the queue."""
    add_due(context.database, DATABRICKS, 1)
    continue_run(context, message(REMIND, str(uuid4())), is_redelivered=False)
    assert runs(context.database) == []


def test_cancelled_run_is_not_continued(context: AppContext) -> None:
    before = add_run(context.database, REMIND, Status="Cancelled", Cancelled_By="alice@test.com")
    continue_run(context, message(REMIND, before), is_redelivered=False)
    assert [run.job_id for run in runs(context.database)] == [before]


def test_chain_ends_after_its_last_link(context: AppContext) -> None:
    add_due(context.database, DATABRICKS, 3 * MAX_ITEMS)
    before = add_run(context.database, REMIND)
    continue_run(context, message(REMIND, before, MAX_LINKS - 1), is_redelivered=False)
    (last,) = sent(context)
    assert json.loads(last)["attempt"] == MAX_LINKS == 48
    continue_run(context, last.encode(), is_redelivered=False)
    assert sent(context) == []
    assert runs(context.database)[-1].wait_reason == WaitCode.CHAIN_TOO_LONG


def test_without_a_queue_a_run_ends_as_ever(database: Database) -> None:
    add_due(database, DATABRICKS, MAX_ITEMS + 1)
    run_expiry_notifications(context_with(database, None), reminder_run(DATABRICKS))
    assert note_of(runs(database)[-1]) == "1 was left due: the limit for one run was reached."


@pytest.fixture(params=["refuses", "hangs"])
def broken_storage(request: pytest.FixtureRequest) -> Iterator[str]:
    """Nothing listens, or what listens never answers."""
    name = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a;QueueEndpoint=http://127.0.0.1"
    if request.param == "refuses":
        yield f"{name}:{closed_port()}/a"
        return
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"{name}:{server.getsockname()[1]}/a"


def test_queue_that_is_down_or_slow_does_not_fail_the_run(
    database: Database, broken_storage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_queues, "READ_TIMEOUT_SECONDS", 0.2)
    context = context_with(database, broken_storage)
    add_due(database, DATABRICKS, MAX_ITEMS + 1)
    response = run_expiry_notifications(context, reminder_run(DATABRICKS))
    run = run_of(database, str(response.job_id))
    assert (run.status, run.processed_count) == ("Completed", MAX_ITEMS)
    assert (note_of(run) or "").endswith(
        "The rest stays due until the next scheduled run: the queue could not be reached."
    )


def test_sending_ends_well_before_the_functions_host_ends_the_run() -> None:
    assert 4 * (storage_queues.CONNECT_TIMEOUT_SECONDS + storage_queues.READ_TIMEOUT_SECONDS) <= 20


def acquired_by(context: AppContext, trigger: str) -> str:
    holder = acquired(context.database, REMIND)
    execute(context.database, f"UPDATE JobRun SET Trigger_Kind = '{trigger}' WHERE Job_Id = '{holder}'")
    return holder


@pytest.mark.parametrize("trigger", ["timer", "continuation"])
def test_message_is_dropped_while_a_live_run_holds_the_lock(context: AppContext, trigger: str) -> None:
    """It sends a message of its own when it leaves something."""
    holder = acquired_by(context, trigger)
    now = context.database.utc_now()
    before = add_run(context.database, REMIND, Started_At=now - timedelta(hours=1), Resumes_At=now)
    assert resumes_at(before) == now
    continue_run(context, message(REMIND, before), is_redelivered=False)
    assert sent(context) == []
    assert {run.job_id for run in runs(context.database)} == {holder, before}
    assert note_of(run_of(context.database, before)) == "Another run was already at work and does the rest."
    assert resumes_at(before) is None


def test_message_comes_again_while_the_holder_of_the_lock_is_silent(
    context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.queue_handlers.AGAIN_SECONDS", 1)
    wait_for_calm_minute(context.database)
    holder = acquired(context.database, REMIND)
    age_heartbeat(context.database, holder, minutes=1)
    before = add_run(context.database, REMIND)
    continue_run(context, message(REMIND, before), is_redelivered=False)
    assert sent(context) == []
    age_heartbeat(context.database, holder, minutes=11)
    time.sleep(1.5)
    assert run_all(context) == 1
    assert run_of(context.database, holder).status == "Abandoned"
    assert runs(context.database)[-1].continues_job_id == before


@pytest.mark.slow
@pytest.mark.parametrize("trigger", ["person", "automation"])
def test_message_comes_again_while_a_run_that_somebody_asked_for_holds_the_lock(
    context: AppContext, monkeypatch: pytest.MonkeyPatch, trigger: str
) -> None:
    """That may be a run of what failed, or a simulation, which is not continued."""
    monkeypatch.setattr("jobs.queue_handlers.AGAIN_SECONDS", 1)
    add_due(context.database, DATABRICKS, 1)
    holder = acquired_by(context, trigger)
    before = add_run(context.database, REMIND)
    continue_run(context, message(REMIND, before), is_redelivered=False)
    with context.database.connect() as connection:
        JobRunHelper.complete_job(connection, holder, 0, 0)
    time.sleep(1.5)
    assert run_all(context) == 1
    assert due_now(context.database, DATABRICKS) == []


def test_cancelling_the_run_that_waits_to_go_on_ends_its_chain(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 2 * MAX_ITEMS)
    by_timer = reminder_run(platform, triggered_by="timer", trigger="timer")
    job_id = str(run_expiry_notifications(context, by_timer).job_id)
    assert resumes_at(job_id)
    reply = call_operation(cancel_job_run, path={"jobId": job_id})
    assert reply.json["resumesAt"] is None
    assert (reply.status, reply.json["status"], reply.json["cancelledBy"]) == (202, "Cancelled", "local user")
    assert reply.json["error"] == (
        f"{MAX_ITEMS} were left due: the limit for one run was reached. "
        "The rest stays due until the next scheduled run: the follow-up run was cancelled."
    )
    assert run_all(context) == 1
    assert [run.job_id for run in runs(context.database)] == [job_id]
    assert call_operation(cancel_job_run, path={"jobId": job_id}).status == 409


@pytest.mark.parametrize(
    ("minutes_from_now", "is_told"), [(55, True), (-2, True), (-61, False), (None, False)],
    ids=["awaited", "in a moment", "its message must be lost", "not to be continued"],
)  # fmt: skip
def test_run_says_when_it_goes_on(context: AppContext, minutes_from_now: int | None, is_told: bool) -> None:
    now = context.database.utc_now()
    moment = None if minutes_from_now is None else now + timedelta(minutes=minutes_from_now)
    job_id = add_run(context.database, REMIND, Resumes_At=moment)
    assert resumes_at(job_id) == (moment if is_told else None)
    listed = call_operation(list_job_runs).json["items"]
    assert [run["resumesAt"] is not None for run in listed] == [is_told]


def test_run_that_has_been_continued_cannot_be_cancelled(context: AppContext) -> None:
    """The one that goes on with it can."""
    add_due(context.database, DATABRICKS, 2 * MAX_ITEMS)
    job_id = str(run_expiry_notifications(context, reminder_run(DATABRICKS)).job_id)
    run_all(context)
    assert resumes_at(job_id) is None
    assert call_operation(cancel_job_run, path={"jobId": job_id}).status == 409
    assert run_of(context.database, job_id).status == "Completed"


def test_message_that_comes_twice_starts_one_run(context: AppContext) -> None:
    before = add_run(context.database, REMIND)
    for _ in range(2):
        continue_run(context, message(REMIND, before), is_redelivered=False)
    assert len(runs(context.database)) == 2


@pytest.mark.parametrize("status", ["Abandoned", "Failed"])
def test_message_that_comes_again_after_its_run_died_starts_another(context: AppContext, status: str) -> None:
    before = add_run(context.database, REMIND)
    add_run(context.database, REMIND, Status=status, Continues_Job_Id=before)
    continue_run(context, message(REMIND, before), is_redelivered=True)
    assert [run.continues_job_id for run in runs(context.database)] == [None, before, before]


@pytest.mark.parametrize(("left", "expected"), [(2, 1), (0, 0)])
def test_message_that_comes_again_after_its_run_completed_passes_the_chain_on(
    context: AppContext, left: int, expected: int
) -> None:
    """Its server may have died before it sent the next one."""
    before = add_run(context.database, REMIND)
    link = add_run(context.database, REMIND, Continues_Job_Id=before, Total_Count=5, Processed_Count=5 - left)
    continue_run(context, message(REMIND, before, 7), is_redelivered=True)
    assert [json.loads(text) for text in sent(context)] == [
        {"jobType": str(REMIND), "afterJobId": link, "attempt": 8}
    ] * expected
    assert len(runs(context.database)) == 2


@pytest.mark.parametrize(
    "change",
    [{"jobType": "Sweep"}, {"afterJobId": "7"}, {"attempt": 0}, {"priority": 1}, {"attempt": None}, None],
    ids=["unknown job", "no id", "no attempt", "field of a later version", "null", "no JSON"],
)
def test_message_of_another_version_is_refused_and_as_poison_only_logged(
    context: AppContext, change: dict[str, Any] | None, caplog: pytest.LogCaptureFixture
) -> None:
    good = json.loads(message(REMIND, str(uuid4())))
    body = b"{" if change is None else json.dumps({**good, **change}).encode()
    with pytest.raises(UnreadableMessageError, match="This Continuation cannot be read: "):
        continue_run(context, body, is_redelivered=False)
    note_poisoned_continuation(context, body)
    assert "A continuation message could not be handled" in caplog.text
    assert runs(context.database) == []


def test_poison_is_noted_with_the_run_that_was_to_be_continued_once(context: AppContext) -> None:
    resumes = context.database.utc_now()
    before = add_run(context.database, REMIND, Resumes_At=resumes)
    assert resumes_at(before) == resumes
    for _ in range(2):
        note_poisoned_continuation(context, message(REMIND, before))
    assert note_of(run_of(context.database, before)) == (
        "The rest stays due until the next scheduled run: the follow-up run could not start, and the log says why."
    )
    assert resumes_at(before) is None
