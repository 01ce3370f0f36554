"""A run that may no longer hold its lock, or has spent its budget, goes on mailing no longer than it must."""

import asyncio
import time
from datetime import timedelta

import pytest

from access.platforms import Platform
from config.context import AppContext
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.models import ExpiryNotificationsResponse, RevokeExpiredResponse, StopCode
from jobs.reminders.mail.message import ReminderEmail
from jobs.revocations.run import revoke_all_expired
from jobs.run_records.cancellation import request_cancel
from jobs.run_records.ending import StopReason
from jobs.runs.errors import JobLockLostError
from jobs.runs.held_run import HeldRun, RunMustStopError, RunTiming
from jobs.runs.runner import RunResult, run_job
from sql.database import Database
from sql.statements import MACROS
from tests.faults import after_next_commit
from tests.jobs.job_runs import (
    BUDGET_SECONDS,
    SteeredClock,
    SteeredSender,
    due_now,
    held_run,
    holder_of,
    send_reminders,
    take_over,
)
from tests.jobs.run_requests import revoke_run
from tests.rows import add_requests, note_of, revocation_count, run_of, today

COUNT = 12
PATIENCE_SECONDS = 30


def add_due(database: Database, platform: Platform, days: int = 20) -> list[int | str]:
    expires_on = today(database) + timedelta(days=days)
    return add_requests(database, platform, [{"expires_on": expires_on}] * COUNT)


def test_lock_lost_while_sending_cancels_what_is_under_way(database: Database, platform: Platform) -> None:
    add_due(database, platform)
    job_type = JobType(JobKind.EXPIRY_NOTIFICATION, platform)
    heirs: list[str] = []

    async def act(_email: ReminderEmail) -> None:
        if not heirs and len(sender.started) == COUNT:
            heirs.append(await asyncio.to_thread(take_over, database, job_type))
        await asyncio.sleep(PATIENCE_SECONDS)

    sender = SteeredSender(act)
    started = time.monotonic()
    with pytest.raises(JobLockLostError):
        send_reminders(database, platform, sender)
    assert time.monotonic() - started < PATIENCE_SECONDS
    assert (len(sender.started), sender.finished) == (COUNT, [])
    assert len(due_now(database, platform)) == COUNT
    assert holder_of(database, job_type) == heirs[0]


def test_lock_lost_while_sending_lets_nobody_who_waits_start(database: Database, platform: Platform) -> None:
    add_due(database, platform)

    async def act(_email: ReminderEmail) -> None:
        if len(sender.started) == 3:
            await asyncio.to_thread(take_over, database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
            await asyncio.sleep(PATIENCE_SECONDS)

    sender = SteeredSender(act, max_concurrency=1)
    with pytest.raises(JobLockLostError):
        send_reminders(database, platform, sender)
    assert (len(sender.started), len(sender.finished)) == (3, 2)


def test_lock_lost_is_found_by_the_next_record_although_the_heart_does_not_beat(
    database: Database, platform: Platform
) -> None:
    add_due(database, platform)

    async def act(_email: ReminderEmail) -> None:
        if len(sender.started) == 3:
            await asyncio.to_thread(take_over, database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
        if len(sender.started) == 5:
            await asyncio.sleep(PATIENCE_SECONDS)

    sender = SteeredSender(act, max_concurrency=1)
    with pytest.raises(JobLockLostError):
        send_reminders(database, platform, sender, heartbeat_seconds=600)
    assert 3 <= len(sender.started) <= 5


def test_run_whose_lock_could_not_be_renewed_stops_sending_by_itself(database: Database, platform: Platform) -> None:
    add_due(database, platform)
    clock = SteeredClock()

    async def act(_email: ReminderEmail) -> None:
        if len(sender.started) == 2:
            clock.ahead_seconds = 600

    sender = SteeredSender(act, max_concurrency=1)
    response = send_reminders(
        database, platform, sender, clock=clock, budget_seconds=3600, heartbeat_seconds=PATIENCE_SECONDS
    )
    assert len(sender.started) == 2
    assert (response.notified_count, response.left_due_count) == (2, COUNT - 2)
    assert response.message.endswith(f"{COUNT - 2} were left due: the lock could not be renewed in time.")
    assert len(due_now(database, platform)) == COUNT - 2


def spend_budget(database: Database, platform: Platform) -> ExpiryNotificationsResponse:
    """A run whose budget ends during its third send."""
    clock = SteeredClock()

    async def act(_email: ReminderEmail) -> None:
        if len(sender.started) == 3:
            clock.ahead_seconds = 101

    sender = SteeredSender(act, max_concurrency=1)
    return send_reminders(database, platform, sender, clock=clock, budget_seconds=100)


def test_run_at_its_budget_leaves_the_rest_due_and_says_so(database: Database, platform: Platform) -> None:
    add_due(database, platform)
    response = spend_budget(database, platform)
    assert (response.notified_count, response.failed_count, response.left_due_count) == (3, 0, COUNT - 3)
    sentence = f"{COUNT - 3} were left due: the time for one run was up."
    assert response.message == f"Sent 3 expiry notifications, 0 failed. {sentence}"
    run = run_of(database, str(response.job_id))
    assert (run.status, run.total_count, run.processed_count) == ("Completed", COUNT, 3)
    assert note_of(run) == sentence


def test_next_run_sends_what_was_left_due(database: Database, platform: Platform) -> None:
    add_due(database, platform)
    spend_budget(database, platform)
    assert len(due_now(database, platform)) == COUNT - 3
    assert spend_budget(database, platform).notified_count == 3


def test_revocation_at_its_budget_leaves_the_rest_and_says_so(
    database: Database, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.revocations.batch.BATCH_SIZES", dict.fromkeys(MACROS, 5))
    ids = add_due(database, platform, days=-1)
    clock = SteeredClock()

    def spend() -> None:
        clock.ahead_seconds = 101

    def work(run: HeldRun) -> RunResult[RevokeExpiredResponse]:
        with after_next_commit(database, spend, skip=1):  # the first says how much there is to do
            return revoke_all_expired(run)

    response = run_job(
        AppContext(read_settings(), database, database),
        revoke_run(platform),
        work,
        RunTiming(budget_seconds=100, heartbeat_seconds=600, clock=clock),
    )
    assert response.revoked_count == 5
    note = f"{COUNT - 5} were left due: the time for one run was up."
    assert response.message == f"Revoked 5 expired requests. {note}"
    assert response.left_due_count == COUNT - 5
    assert note_of(run_of(database, str(response.job_id))) == note
    assert sum(revocation_count(database, platform, request_id) for request_id in ids) == 5


@pytest.mark.parametrize("max_concurrency", [None, 1, 4])
def test_item_that_stops_the_run_stays_due_and_so_does_all_that_has_not_started(
    database: Database, platform: Platform, max_concurrency: int | None
) -> None:
    add_due(database, platform)

    async def act(_email: ReminderEmail) -> None:
        if len(sender.started) > 3:
            raise RunMustStopError(StopReason(StopCode.EMAIL_LIMIT_REACHED, "3 an hour", 60))

    sender = SteeredSender(act, max_concurrency)
    response = send_reminders(database, platform, sender)
    assert (response.notified_count, response.failed_count, response.left_due_count) == (3, 0, COUNT - 3)
    assert response.message.endswith(f"{COUNT - 3} were left due: the limit of 3 an hour was reached.")
    assert len(sender.started) <= 3 + (max_concurrency or COUNT)
    assert len(due_now(database, platform)) == COUNT - 3


def test_item_that_stops_the_run_lets_those_under_way_end(database: Database, platform: Platform) -> None:
    add_due(database, platform)

    async def act(_email: ReminderEmail) -> None:
        if len(sender.started) == 3:
            raise RunMustStopError(StopReason(StopCode.EMAIL_LIMIT_REACHED, "3 an hour"))
        await asyncio.sleep(0.05)

    sender = SteeredSender(act, max_concurrency=3)
    assert send_reminders(database, platform, sender).notified_count == 2
    assert len(sender.started) == 3


def test_wait_beyond_the_budget_does_not_begin(database: Database, platform: Platform) -> None:
    run = held_run(database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
    stop = StopReason(StopCode.EMAIL_LIMIT_REACHED, resume_after_seconds=PATIENCE_SECONDS + BUDGET_SECONDS)
    with pytest.raises(RunMustStopError) as raised:
        asyncio.run(run.wait(PATIENCE_SECONDS + BUDGET_SECONDS, stop))
    assert raised.value.stop == stop


def test_wait_ends_when_the_run_is_cancelled(database: Database, platform: Platform) -> None:
    run = held_run(database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
    with database.connect() as connection:
        request_cancel(connection, run.job_id, "Alice")
    with database.connect() as connection:
        run.heartbeat(connection)
    with pytest.raises(RunMustStopError, match="cancelled"):
        asyncio.run(run.wait(PATIENCE_SECONDS, StopReason(StopCode.EMAIL_LIMIT_REACHED, "3 an hour")))


def test_blocked_event_loop_does_not_stop_the_heartbeat(database: Database, platform: Platform) -> None:
    add_due(database, platform)
    beats: list[bool] = []

    async def act(_email: ReminderEmail) -> None:
        if not beats:
            job_id = holder_of(database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
            assert job_id is not None
            before = run_of(database, job_id).heartbeat_at
            deadline = time.monotonic() + PATIENCE_SECONDS
            while run_of(database, job_id).heartbeat_at == before and time.monotonic() < deadline:
                time.sleep(0.02)
            beats.append(run_of(database, job_id).heartbeat_at != before)

    assert send_reminders(database, platform, SteeredSender(act)).notified_count == COUNT
    assert beats == [True]
