"""A run that is cancelled, on whichever server it runs: it stops at its next item, and keeps what it has done."""

import asyncio
from datetime import timedelta

import pytest

from access.platforms import PLATFORMS_BY_KEY, Platform
from config.context import AppContext
from config.settings import read_settings
from jobs.job_types import JOB_TYPES, JobKind, JobType
from jobs.reminders.mail.message import ReminderEmail
from jobs.revocations.run import run_revoke_expired
from jobs.run_records.cancellation import CancelAnswer, request_cancel
from jobs.run_records.job_run_helper import JobRunHelper
from reports.operations import cancel_job_run
from sql.database import Database
from tests.calls import Reply, call_operation
from tests.jobs.job_runs import SteeredSender, acquire, acquired, due_now, holder_of, send_reminders, take_over
from tests.jobs.run_requests import revoke_run
from tests.processes import CONTEXT
from tests.rows import add_request, add_requests, age_heartbeat, run_of, status_of, today, wait_for_calm_minute

COUNT = 8
PATIENCE_SECONDS = 60


def cancel(job_id: str) -> Reply:
    return call_operation(cancel_job_run, path={"jobId": job_id})


@pytest.mark.parametrize("max_concurrency", [1, 3])
def test_cancelled_run_starts_no_further_send_and_records_those_under_way(
    database: Database, platform: Platform, max_concurrency: int
) -> None:
    add_requests(database, platform, [{"expires_on": today(database) + timedelta(days=20)}] * COUNT)
    job_type = JobType(JobKind.EXPIRY_NOTIFICATION, platform)
    cancelled: list[str] = []

    async def act(_email: ReminderEmail) -> None:
        if len(sender.started) == 3:
            cancelled.append(str(holder_of(database, job_type)))
            assert (await asyncio.to_thread(cancel, cancelled[0])).status == 202

    sender = SteeredSender(act, max_concurrency=max_concurrency)
    response = send_reminders(database, platform, sender)
    assert len(sender.finished) == len(sender.started) < COUNT
    assert response.notified_count == len(sender.started)
    assert len(due_now(database, platform)) == response.left_due_count == COUNT - response.notified_count
    assert "the run was cancelled" in response.message
    run = run_of(database, cancelled[0])
    assert (run.status, run.cancelled_by, run.processed_count) == ("Cancelled", "local user", response.notified_count)


def serve(url: str, platform_key: str) -> None:
    """A server whose run waits a little before it revokes."""
    database = Database(url)
    context = AppContext(read_settings(database_url=url, revoke_delay_seconds=3), database, database)
    run_revoke_expired(context, revoke_run(PLATFORMS_BY_KEY[platform_key]))


@pytest.mark.slow
def test_run_of_another_process_is_cancelled(database: Database, database_url: str, platform: Platform) -> None:
    expired = add_request(database, platform, expires_on=database.utc_now() - timedelta(days=1))
    job_type = JobType(JobKind.REVOKE_EXPIRED, platform)
    process = CONTEXT.Process(target=serve, args=(database_url, platform.key), daemon=True)
    process.start()
    while (job_id := holder_of(database, job_type)) is None:
        assert process.is_alive()
        process.join(0.05)
    assert cancel(job_id).status == 202
    process.join(PATIENCE_SECONDS)
    assert process.exitcode == 0
    run = run_of(database, job_id)
    assert (run.status, run.processed_count, run.total_count) == ("Cancelled", 0, 1)
    assert status_of(database, platform, expired) == "Active"
    assert acquire(database, job_type)


def test_answer_to_cancelling_is_the_run_with_who_cancelled_it(database: Database) -> None:
    job_id = acquired(database, JOB_TYPES[0])
    reply = cancel(job_id)
    shown = {name: reply.json[name] for name in ("jobId", "status", "cancelledBy")}
    assert (reply.status, shown) == (202, {"jobId": job_id, "status": "InProgress", "cancelledBy": "local user"})


def refused(reply: Reply) -> str:
    assert (reply.status, reply.mimetype) == (409, "application/problem+json")
    detail: str = reply.json["detail"]
    return detail


def test_run_that_is_stopping_is_not_cancelled_again(database: Database) -> None:
    job_id = acquired(database, JOB_TYPES[0])
    with database.connect() as connection:
        assert request_cancel(connection, job_id, "Anna") is CancelAnswer.ACCEPTED
        assert request_cancel(connection, job_id, "Bob") is CancelAnswer.ASKED_BEFORE
    assert refused(cancel(job_id)) == "Anna has cancelled this run. It stops at its next item."
    assert run_of(database, job_id).cancelled_by == "Anna"


@pytest.mark.parametrize("status", ["Completed", "Failed"])
def test_run_that_has_ended_is_not_cancelled(database: Database, status: str) -> None:
    job_id = acquired(database, JOB_TYPES[0])
    with database.connect() as connection:
        if status == "Failed":
            JobRunHelper.fail_job(connection, job_id, "out of luck")
        else:
            JobRunHelper.complete_job(connection, job_id, 1, 0)
    before = run_of(database, job_id)
    assert f"has been {status} since" in refused(cancel(job_id))
    assert run_of(database, job_id) == before


def test_dead_run_is_not_cancelled(database: Database) -> None:
    wait_for_calm_minute(database)
    job_id = acquired(database, JOB_TYPES[0])
    age_heartbeat(database, job_id, minutes=11)
    assert "no sign of life" in refused(cancel(job_id))
    take_over(database, JOB_TYPES[0])
    assert "has been Abandoned since" in refused(cancel(job_id))
    assert run_of(database, job_id).cancelled_by is None


@pytest.mark.parametrize("job_id", ["00000000-0000-4000-8000-000000000000", "none"])
def test_run_that_is_not_there_cannot_be_cancelled(job_id: str) -> None:
    assert cancel(job_id).status == 404


def test_run_that_was_cancelled_too_late_to_leave_anything_is_cancelled_all_the_same(database: Database) -> None:
    """Whoever was told that the run stops finds it so."""
    job_id = acquired(database, JOB_TYPES[0])
    cancel(job_id)
    with database.connect() as connection:
        assert JobRunHelper.complete_job(connection, job_id, 1, 0)
    assert run_of(database, job_id).status == "Cancelled"
