"""The job handlers: what a timer does, and how the test parameters are read."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import azure.functions as func
import pytest
from azure.functions.timer import TimerRequest

from access.app_context import AppContext
from access.errors import JobFailedError
from access.platforms import Platform
from access.settings import read_settings
from jobs import endpoints as jobs
from jobs import expiry_notifications, revoke_expired
from jobs.job_run_helper import JobRun, JobRunHelper
from jobs.job_types import EXPIRY_NOTIFICATION_JOBS, REVOKE_EXPIRED_JOBS
from sql.database import Database
from tests.calls import call, use_context
from tests.rows import add_request, reminders, status_of

OnTimer = Callable[[func.TimerRequest, Platform], None]
each_timer = pytest.mark.parametrize(
    ("on_timer", "job_types"),
    [
        (jobs.send_expiry_notifications_on_timer, EXPIRY_NOTIFICATION_JOBS),
        (jobs.revoke_expired_on_timer, REVOKE_EXPIRED_JOBS),
    ],
    ids=["notify", "revoke"],
)


@pytest.fixture(autouse=True)
def handlers(context: AppContext, monkeypatch: pytest.MonkeyPatch) -> None:
    use_context(monkeypatch, context)


def timer(*, past_due: bool = False) -> func.TimerRequest:
    return TimerRequest(past_due=past_due)


def last_run(database: Database, job_type: str) -> JobRun | None:
    with database.connect() as connection:
        return JobRunHelper.get_last_run(connection, job_type)


def test_timer_does_what_the_endpoint_does(database: Database, platform: Platform) -> None:
    now = database.utc_now()
    due = add_request(database, platform, expires_on=now + timedelta(days=3))
    expired = add_request(database, platform, expires_on=now - timedelta(days=3))
    jobs.send_expiry_notifications_on_timer(timer(), platform)
    jobs.revoke_expired_on_timer(timer(), platform)
    assert reminders(database, platform, due) == ["30-Day Reminder"]
    assert status_of(database, platform, expired) == "Revoked"


@each_timer
def test_timers_run_is_recorded_as_the_timers(
    database: Database, platform: Platform, on_timer: OnTimer, job_types: Any
) -> None:
    on_timer(timer(), platform)
    run = last_run(database, job_types[platform])
    assert run is not None
    assert (run.status, run.triggered_by) == ("Completed", jobs.TRIGGERED_BY_TIMER)


@each_timer
@pytest.mark.parametrize("past_due", [True, False])
def test_late_timer_runs_and_says_so(
    database: Database,
    platform: Platform,
    caplog: pytest.LogCaptureFixture,
    on_timer: OnTimer,
    job_types: Any,
    past_due: bool,
) -> None:
    on_timer(timer(past_due=past_due), platform)
    assert (f"The timer of {job_types[platform]} fires late" in caplog.text) is past_due
    assert last_run(database, job_types[platform]) is not None


@each_timer
def test_timer_whose_job_is_running_logs_and_returns(
    database: Database, platform: Platform, caplog: pytest.LogCaptureFixture, on_timer: OnTimer, job_types: Any
) -> None:
    with database.connect() as connection:
        assert JobRunHelper.try_acquire_lock(connection, str(uuid4()), job_types[platform], "other-server")
    on_timer(timer(), platform)
    assert f"{job_types[platform]} is already running" in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert last_run(database, job_types[platform]) is None


@each_timer
def test_timer_whose_job_fails_fails_too(
    database: Database, platform: Platform, monkeypatch: pytest.MonkeyPatch, on_timer: OnTimer, job_types: Any
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(expiry_notifications, "find_due_notifications", fail)
    monkeypatch.setattr(revoke_expired, "revoke_all_expired", fail)
    with pytest.raises(JobFailedError):
        on_timer(timer(), platform)
    run = last_run(database, job_types[platform])
    assert run is not None
    assert (run.status, run.error_message) == ("Failed", "RuntimeError: out of luck")


@pytest.mark.parametrize(
    ("query", "failed"),
    [
        ("", []),
        ("simulateFailures=false", []),
        ("simulateFailures=", []),
        ("simulateFailures=true&simulateFailures=FALSE", []),
        ("failEmail=", []),
        ("failEmail=alice@test.com", ["alice@test.com"]),
        ("failEmail=%20ALICE@test.com%20", ["alice@test.com"]),
        ("failEmail=alice@test.com&failEmail=&failEmail=bob@test.com", ["alice@test.com", "bob@test.com"]),
        ("failEmail=nobody@test.com", []),
        ("code=secret", []),
    ],
)
def test_fail_email_fails_exactly_these(database: Database, platform: Platform, query: str, failed: list[str]) -> None:
    for name in ("alice", "bob", "carol"):
        add_request(
            database, platform, email=f"{name.title()}@test.com", expires_on=database.utc_now() + timedelta(days=3)
        )
    reply = call(jobs.send_expiry_notifications, platform, query, body=b" ")
    assert reply.status == 200
    assert sorted(item["email"].casefold() for item in reply.json["failed"]) == failed
    assert reply.json["notifiedCount"] == 3 - len(failed)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("simulateFailures=yes", ["simulateFailures"]),
        ("failemail=alice@test.com", ["failemail"]),
        ("colour=red&simulateFailures=1", ["colour", "simulateFailures"]),
    ],
)
def test_unusable_test_parameter_is_named_and_nothing_runs(
    database: Database, platform: Platform, query: str, fields: list[str]
) -> None:
    reply = call(jobs.send_expiry_notifications, platform, query, body=b" ")
    assert (reply.status, reply.wrong_fields) == (422, fields)
    assert last_run(database, EXPIRY_NOTIFICATION_JOBS[platform]) is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("simulateFailures=true", 403),
        ("failEmail=alice@test.com", 403),
        ("simulateFailures=false&failEmail=", 200),
        ("", 200),
    ],
)
def test_simulation_is_refused_where_it_is_off(
    context: AppContext, monkeypatch: pytest.MonkeyPatch, platform: Platform, query: str, status: int
) -> None:
    settings = read_settings(database_url=context.settings.database_url, allow_test_simulation=False)
    use_context(monkeypatch, AppContext(settings, context.database))
    assert call(jobs.send_expiry_notifications, platform, query, body=b" ").status == status
    assert call(jobs.notification_job_status, platform).json["testSimulationAllowed"] is False
