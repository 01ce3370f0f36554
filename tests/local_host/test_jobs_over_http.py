"""Jobs over HTTP: the lock as callers see it, simulated failures, and timers fired by hand."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from access.platforms import PLATFORMS, Platform
from jobs.job_types import JobKind, JobType
from jobs.run_records.job_run_helper import JobRunHelper
from sql.database import Database
from tests.local_host.processes import LocalHost, wait_until
from tests.rows import add_request, age_heartbeat, reminders, status_of, wait_for_calm_minute

JOBS = [
    ("send-expiry-notifications", "notification-job-status", JobKind.EXPIRY_NOTIFICATION),
    ("revoke-expired", "revoke-job-status", JobKind.REVOKE_EXPIRED),
]
each_job = pytest.mark.parametrize(("trigger", "status", "kind"), JOBS, ids=["notify", "revoke"])


def path(platform: Platform, last: str) -> str:
    return f"/api/{platform.key}/access-requests/{last}"


def job_status(host: LocalHost, platform: Platform, status: str) -> dict[str, Any]:
    answer: dict[str, Any] = host.client.get(path(platform, status)).json()
    return answer


def hold_lock(database: Database, job_type: JobType) -> str:
    """As if another server were in the middle of a run."""
    job_id = str(uuid4())
    with database.connect() as connection:
        assert JobRunHelper.try_acquire_lock(connection, job_id, str(job_type), "other-server", "bob@test.com")
    with database.transaction() as connection:
        assert JobRunHelper.renew(connection, job_id)
        JobRunHelper.report_progress(connection, job_id, 40, 17, 3)
    return job_id


def test_running_jobs_refuse_a_second_trigger_and_none_blocks_another(
    slow_host: LocalHost, served_database: Database
) -> None:
    for platform in PLATFORMS:
        soon = served_database.utc_now() + timedelta(days=3)
        add_request(served_database, platform, expires_on=soon)
    all_jobs = [(platform, trigger, status) for platform in PLATFORMS for trigger, status, _ in JOBS]

    def run(platform: Platform, trigger: str, status: str) -> None:
        first = executor.submit(slow_host.client.post, path(platform, trigger))
        active = wait_until(
            lambda: job_status(slow_host, platform, status)["activeJob"], f"{platform.key} {trigger} is running"
        )
        second = slow_host.client.post(path(platform, trigger))
        assert second.status_code == 409
        assert second.headers["content-type"] == "application/problem+json"
        assert second.json()["activeJob"]["jobId"] == active["jobId"]
        assert active["startedBy"] == socket.gethostname()
        answer = first.result()
        assert answer.status_code == 200
        assert answer.json()["jobId"] == active["jobId"]
        after = job_status(slow_host, platform, status)
        assert (after["isLocked"], after["activeJob"]) == (False, None)
        assert (after["lastRun"]["jobId"], after["lastRun"]["status"]) == (active["jobId"], "Completed")

    with ThreadPoolExecutor(len(all_jobs)) as executor, ThreadPoolExecutor(len(all_jobs)) as watchers:
        for outcome in [watchers.submit(run, *job) for job in all_jobs]:
            outcome.result()
    runs = [job_status(slow_host, platform, status)["lastRun"] for platform, _, status in all_jobs]
    assert max(run["startedAt"] for run in runs) < min(run["completedAt"] for run in runs)


def test_run_goes_on_when_its_caller_hangs_up(slow_host: LocalHost, served_database: Database) -> None:
    platform = PLATFORMS[0]
    expired = add_request(served_database, platform, expires_on=served_database.utc_now() - timedelta(days=1))
    with pytest.raises(httpx.ReadTimeout):
        slow_host.client.post(path(platform, "revoke-expired"), timeout=1)
    run = wait_until(lambda: job_status(slow_host, platform, "revoke-job-status")["lastRun"], "the run has ended")
    assert (run["status"], run["processedCount"]) == ("Completed", 1)
    assert status_of(served_database, platform, expired) == "Revoked"


@each_job
def test_status_shows_the_run_of_another_server_with_its_progress(
    fast_host: LocalHost, platform: Platform, served_database: Database, trigger: str, status: str, kind: JobKind
) -> None:
    job_id = hold_lock(served_database, JobType(kind, platform))
    shown = job_status(fast_host, platform, status)
    assert shown["isLocked"]
    assert (
        shown["activeJob"].items()
        >= {
            "jobId": job_id,
            "startedBy": "other-server",
            "triggeredBy": "bob@test.com",
            "totalCount": 40,
            "processedCount": 17,
            "failedCount": 3,
        }.items()
    )


@each_job
def test_conflict_carries_the_same_active_job_as_the_status(
    fast_host: LocalHost, platform: Platform, served_database: Database, trigger: str, status: str, kind: JobKind
) -> None:
    job_id = str(uuid4())
    with served_database.connect() as connection:  # a run that does not know its counts yet
        JobRunHelper.try_acquire_lock(connection, job_id, str(JobType(kind, platform)), "other-server")
    refused = fast_host.client.post(path(platform, trigger))
    assert refused.status_code == 409
    assert refused.json()["activeJob"] == job_status(fast_host, platform, status)["activeJob"]


@each_job
def test_stale_run_is_shown_as_abandoned_and_blocks_nobody(
    fast_host: LocalHost, platform: Platform, served_database: Database, trigger: str, status: str, kind: JobKind
) -> None:
    wait_for_calm_minute(served_database)
    job_id = hold_lock(served_database, JobType(kind, platform))
    age_heartbeat(served_database, job_id, minutes=11)
    shown = job_status(fast_host, platform, status)
    assert (shown["isLocked"], shown["lastRun"]["jobId"], shown["lastRun"]["status"]) == (False, job_id, "Abandoned")
    assert fast_host.client.post(path(platform, trigger)).status_code == 200


def test_repeated_fail_email_fails_each_of_these_addresses(
    fast_host: LocalHost, platform: Platform, served_database: Database
) -> None:
    soon = served_database.utc_now() + timedelta(days=3)
    ids = {
        name: add_request(served_database, platform, expires_on=soon, email=f"{name}@test.com")
        for name in ("alice", "bob", "carol")
    }
    answer = fast_host.client.post(
        path(platform, "send-expiry-notifications") + "?failEmail=alice@test.com&failEmail=BOB@test.com"
    ).json()
    assert [item["email"] for item in answer["notified"]] == ["carol@test.com"]
    assert {item["email"]: item["error"] for item in answer["failed"]}.keys() == {"alice@test.com", "bob@test.com"}
    assert [len(reminders(served_database, platform, ids[name])) for name in ids] == [0, 0, 1]


def test_several_addresses_in_one_fail_email_are_refused(fast_host: LocalHost, platform: Platform) -> None:
    answer = fast_host.client.post(
        path(platform, "send-expiry-notifications"), params={"failEmail": "alice@test.com,bob@test.com"}
    )
    assert answer.status_code == 422
    assert "Write one email address" in answer.text


def test_simulated_failures_fail_some_and_leave_them_due(
    fast_host: LocalHost, platform: Platform, served_database: Database
) -> None:
    soon = served_database.utc_now() + timedelta(days=3)
    for n in range(60):
        add_request(served_database, platform, expires_on=soon, email=f"user{n}@test.com")
    trigger = path(platform, "send-expiry-notifications")
    answer = fast_host.client.post(trigger + "?simulateFailures=true").json()
    assert answer["notifiedCount"] + answer["failedCount"] == 60
    assert 0 < answer["failedCount"] < 60
    again = fast_host.client.post(trigger).json()
    failed = {item["requestId"] for item in answer["failed"]}
    second_reminders = {item["requestId"] for item in again["notified"] if item["reminder"] == "7-Day Reminder"}
    assert {item["requestId"] for item in again["notified"]} - second_reminders == failed


@pytest.mark.usefixtures("served_database")
@pytest.mark.parametrize("query", ["simulateFailures=true", "failEmail=alice@test.com"])
def test_simulation_is_refused_where_the_settings_forbid_it(
    slow_host: LocalHost, platform: Platform, query: str
) -> None:
    response = slow_host.client.post(f"{path(platform, 'send-expiry-notifications')}?{query}")
    assert (response.status_code, response.headers["content-type"]) == (403, "application/problem+json")
    status = job_status(slow_host, platform, "notification-job-status")
    assert (status["lastRun"], status["testSimulationAllowed"]) == (None, False)


def timer_of(platform: Platform, trigger: str) -> str:
    return f"/admin/functions/{platform.key}_{trigger.replace('-', '_')}_on_timer"


@pytest.mark.usefixtures("served_database")
@each_job
def test_timer_fired_by_hand_runs_its_job(
    fast_host: LocalHost, platform: Platform, trigger: str, status: str, kind: JobKind
) -> None:
    response = fast_host.client.post(timer_of(platform, trigger), json={})
    assert (response.status_code, response.content) == (202, b"")
    run = wait_until(lambda: job_status(fast_host, platform, status)["lastRun"], "the timer's run has ended")
    assert (run["triggeredBy"], run["status"]) == ("timer", "Completed")


@each_job
def test_timer_whose_job_is_running_says_so_in_the_log(
    fast_host: LocalHost, platform: Platform, served_database: Database, trigger: str, status: str, kind: JobKind
) -> None:
    job_id = hold_lock(served_database, JobType(kind, platform))
    said_before = fast_host.log.count("started no run")
    assert fast_host.client.post(timer_of(platform, trigger), json={}).status_code == 202
    wait_until(lambda: fast_host.log.count("started no run") > said_before, "the timer has said so")
    shown = job_status(fast_host, platform, status)
    assert (shown["activeJob"]["jobId"], shown["lastRun"]) == (job_id, None)


@pytest.mark.parametrize("name", ["nobody", "databricks_list_requests", "", "../functions"])
def test_unknown_timer_is_not_found(fast_host: LocalHost, name: str) -> None:
    assert fast_host.client.post(f"/admin/functions/{name}", json={}).status_code == 404
