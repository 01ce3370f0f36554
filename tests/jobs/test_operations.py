"""The job handlers: what a timer does, and how the test parameters are read."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from threading import Timer
from uuid import uuid4

import pytest

from access.platforms import Platform
from config.context import AppContext
from config.settings import read_settings
from jobs import operations as jobs
from jobs import timers
from jobs.job_types import JobKind, JobType
from jobs.operations import notification_job_status
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.runs.errors import JobFailedError
from sql.database import Database
from sql.errors import DatabaseUnavailableError
from tests.calls import call, use_context
from tests.faults import failing_statements
from tests.jobs.job_runs import acquired
from tests.rows import add_request, age_heartbeat, reminders, status_of

OnTimer = Callable[[Platform], timers.Timer]
each_timer = pytest.mark.parametrize(
    ("on_timer", "kind"),
    [
        (timers.send_expiry_notifications_on_timer, JobKind.EXPIRY_NOTIFICATION),
        (timers.revoke_expired_on_timer, JobKind.REVOKE_EXPIRED),
    ],
    ids=["notify", "revoke"],
)


def last_run(database: Database, job_type: JobType) -> JobRun | None:
    with database.connect() as connection:
        return JobRunHelper.get_last_run(connection, str(job_type))


def test_timer_does_what_the_endpoint_does(context: AppContext, database: Database, platform: Platform) -> None:
    now = database.utc_now()
    due = add_request(database, platform, expires_on=now + timedelta(days=3))
    expired = add_request(database, platform, expires_on=now - timedelta(days=3))
    timers.send_expiry_notifications_on_timer(platform).fire(context, past_due=False)
    timers.revoke_expired_on_timer(platform).fire(context, past_due=False)
    assert reminders(database, platform, due) == ["30-Day Reminder"]
    assert status_of(database, platform, expired) == "Revoked"


@each_timer
def test_timers_run_is_recorded_as_the_timers(
    context: AppContext, database: Database, platform: Platform, on_timer: OnTimer, kind: JobKind
) -> None:
    on_timer(platform).fire(context, past_due=False)
    run = last_run(database, JobType(kind, platform))
    assert run is not None
    assert (run.status, run.triggered_by, run.trigger_kind) == ("Completed", timers.TRIGGERED_BY_TIMER, "timer")


@each_timer
@pytest.mark.parametrize("past_due", [True, False])
def test_late_timer_runs_and_says_so(
    context: AppContext,
    database: Database,
    platform: Platform,
    caplog: pytest.LogCaptureFixture,
    on_timer: OnTimer,
    kind: JobKind,
    past_due: bool,
) -> None:
    on_timer(platform).fire(context, past_due=past_due)
    assert (f"The timer of {JobType(kind, platform)} fires late" in caplog.text) is past_due
    assert last_run(database, JobType(kind, platform)) is not None


@each_timer
def test_timer_whose_job_is_running_logs_and_returns(
    context: AppContext,
    database: Database,
    platform: Platform,
    caplog: pytest.LogCaptureFixture,
    on_timer: OnTimer,
    kind: JobKind,
) -> None:
    with database.connect() as connection:
        assert JobRunHelper.try_acquire_lock(connection, str(uuid4()), str(JobType(kind, platform)), "other-server")
    on_timer(platform).fire(context, past_due=False)
    assert f"{JobType(kind, platform)} is already running" in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert last_run(database, JobType(kind, platform)) is None


@each_timer
def test_timer_whose_job_fails_fails_too(
    context: AppContext, database: Database, platform: Platform, on_timer: OnTimer, kind: JobKind
) -> None:
    with failing_statements(database, platform.requests, RuntimeError("out of luck")), pytest.raises(JobFailedError):
        on_timer(platform).fire(context, past_due=False)
    run = last_run(database, JobType(kind, platform))
    assert run is not None
    assert run.status == "Failed"
    assert "out of luck" not in (run.error_message or "")


@pytest.mark.parametrize(
    ("query", "failed"),
    [
        ("", []),
        ("simulateFailures=false", []),
        ("simulateFailures=FALSE", []),
        ("failEmail=alice@test.com", ["alice@test.com"]),
        ("failEmail=%20ALICE@test.com%20", ["alice@test.com"]),
        ("failEmail=alice@test.com&failEmail=bob@test.com", ["alice@test.com", "bob@test.com"]),
        ("failEmail=nobody@test.com", []),
        ("code=secret", []),
    ],
)
def test_fail_email_fails_exactly_these(
    context: AppContext, database: Database, platform: Platform, query: str, failed: list[str]
) -> None:
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
        ("dryRun=no&simulateFailures=1", ["dryRun", "simulateFailures"]),
    ],
)
def test_unusable_test_parameter_is_named_and_nothing_runs(
    context: AppContext, database: Database, platform: Platform, query: str, fields: list[str]
) -> None:
    reply = call(jobs.send_expiry_notifications, platform, query, body=b" ")
    assert (reply.status, reply.wrong_fields) == (422, fields)
    assert last_run(database, JobType(JobKind.EXPIRY_NOTIFICATION, platform)) is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("simulateFailures=true", 403),
        ("failEmail=alice@test.com", 403),
        ("simulateFailures=false", 200),
        ("", 200),
    ],
)
def test_simulation_is_refused_where_it_is_off(
    context: AppContext, platform: Platform, query: str, status: int
) -> None:
    settings = read_settings(database_url=context.settings.database_url, allow_test_simulation=False)
    use_context(AppContext(settings, context.database, context.database))
    assert call(jobs.send_expiry_notifications, platform, query, body=b" ").status == status
    assert call(jobs.notification_job_status, platform).json["testSimulationAllowed"] is False


@pytest.mark.parametrize("query", ["simulateFailures=true", "failEmail=alice@test.com", "colour=red"])
def test_revocation_does_not_start_on_a_parameter_that_it_does_not_know(
    database: Database, platform: Platform, query: str
) -> None:
    expired = add_request(database, platform, expires_on=database.utc_now() - timedelta(days=1))
    reply = call(jobs.revoke_expired, platform, query)
    assert (reply.status, reply.wrong_fields) == (422, [query.partition("=")[0]])
    assert status_of(database, platform, expired) == "Active"


def test_timer_waits_for_a_database_that_wakes_up_and_a_caller_is_told_at_once(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.runs.held_run.CALLER_PATIENCE_SECONDS", 0)
    with ExitStack() as asleep:
        asleep.enter_context(failing_statements(context.database, "JobRun", DatabaseUnavailableError("not now")))
        assert call(jobs.revoke_expired, platform).status == 503
        waking = Timer(1, asleep.close)
        waking.start()
        timers.revoke_expired_on_timer(platform).fire(context, past_due=False)
        waking.join()
    run = last_run(context.database, JobType(JobKind.REVOKE_EXPIRED, platform))
    assert run is not None
    assert run.status == "Completed"


def test_status_says_that_the_run_in_progress_has_most_likely_died(context: AppContext, platform: Platform) -> None:
    running = acquired(context.database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
    assert not call(notification_job_status, platform).json["activeJob"]["isSilent"]
    age_heartbeat(context.database, running, minutes=1)
    assert call(notification_job_status, platform).json["activeJob"]["isSilent"]
