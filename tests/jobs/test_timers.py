"""The timer functions: the same runs as over HTTP, logged rather than failed when one is under way."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from azure.functions.timer import TimerRequest

from access import app_context
from access.platforms import Platform
from jobs.endpoints import revoke_expired_on_timer, send_expiry_notifications_on_timer
from jobs.job_run_helper import JobRun, JobRunHelper
from jobs.job_types import EXPIRY_NOTIFICATION_JOBS, REVOKE_EXPIRED_JOBS, JobType
from sql.database import Database
from tests.jobs.runs import acquired, holder_of
from tests.rows import add_request, reminders, status_of, today

Timer = Callable[[TimerRequest, Platform], None]


@pytest.fixture(autouse=True)
def _app_on_test_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SIMULATED_EMAIL_SECONDS", "0")
    monkeypatch.setenv("REVOKE_DELAY_SECONDS", "0")
    app_context._context.cache_clear()
    yield
    app_context.app_context().database.close()
    app_context._context.cache_clear()


def last_run(database: Database, job_type: JobType) -> JobRun | None:
    with database.connect() as connection:
        return JobRunHelper.get_last_run(connection, job_type)


def test_timer_sends_the_reminders_that_are_due(database: Database, platform: Platform) -> None:
    request_id = add_request(database, platform, expires_on=today(database) + timedelta(days=3))
    send_expiry_notifications_on_timer(TimerRequest(), platform)
    assert reminders(database, platform, request_id) == ["30-Day Reminder"]
    run = last_run(database, EXPIRY_NOTIFICATION_JOBS[platform])
    assert run is not None
    assert (run.status, run.triggered_by) == ("Completed", "timer")


def test_timer_revokes_what_has_expired(database: Database, platform: Platform) -> None:
    request_id = add_request(database, platform, expires_on=today(database) - timedelta(days=3))
    revoke_expired_on_timer(TimerRequest(), platform)
    assert status_of(database, platform, request_id) == "Revoked"
    run = last_run(database, REVOKE_EXPIRED_JOBS[platform])
    assert run is not None
    assert (run.status, run.triggered_by) == ("Completed", "timer")


@pytest.mark.parametrize(
    ("timer", "jobs"),
    [
        (send_expiry_notifications_on_timer, EXPIRY_NOTIFICATION_JOBS),
        (revoke_expired_on_timer, REVOKE_EXPIRED_JOBS),
    ],
)
def test_timer_of_a_job_that_is_running_logs_and_returns(
    database: Database,
    platform: Platform,
    timer: Timer,
    jobs: dict[Platform, JobType],
    caplog: pytest.LogCaptureFixture,
) -> None:
    holder = acquired(database, jobs[platform])
    timer(TimerRequest(), platform)
    assert f"{jobs[platform]} is already running" in caplog.text
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert holder_of(database, jobs[platform]) == holder
    assert last_run(database, jobs[platform]) is None


def test_late_timer_runs_and_logs_that_it_is_late(
    database: Database, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    revoke_expired_on_timer(TimerRequest(past_due=True), platform)
    assert f"The timer of {REVOKE_EXPIRED_JOBS[platform]} fires late" in caplog.text
    assert last_run(database, REVOKE_EXPIRED_JOBS[platform]) is not None
