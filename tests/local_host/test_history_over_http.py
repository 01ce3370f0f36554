"""What ran and what will, over HTTP: routes with a value in their path, a table that goes on where its Link says."""

from datetime import timedelta

import pytest

from access.platforms import PLATFORMS, Platform
from jobs.job_types import JobKind, JobType
from sql.database import Database
from tests.local_host.processes import LocalHost, wait_until
from tests.rows import add_request, add_requests, add_run, status_of


@pytest.mark.parametrize(
    "path", ["pending-expiry", "pending-notifications", "notification-job-status", "revoke-job-status"]
)
def test_path_of_a_request_hides_no_other(
    fast_host: LocalHost, served_database: Database, platform: Platform, path: str
) -> None:
    body = fast_host.client.get(f"/api/{platform.key}/access-requests/{path}").json()
    assert "items" in body or "isLocked" in body


def test_created_request_is_found_at_its_location(
    fast_host: LocalHost, served_database: Database, platform: Platform
) -> None:
    request_id = add_request(served_database, platform)
    found = fast_host.client.get(f"/api/{platform.key}/access-requests/{request_id}")
    assert (found.status_code, found.json()["id"]) == (200, request_id)
    missing = fast_host.client.get(f"/api/{platform.key}/access-requests/none")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


def test_run_leads_from_the_overview_to_its_items(
    fast_host: LocalHost, served_database: Database, platform: Platform
) -> None:
    expired = add_request(served_database, platform, expires_on=served_database.utc_now() - timedelta(days=3))
    answer = fast_host.client.post(f"/api/{platform.key}/access-requests/revoke-expired?dryRun=true").json()
    assert (answer["count"], status_of(served_database, platform, expired)) == (1, "Active")
    fast_host.client.post(f"/api/{platform.key}/access-requests/revoke-expired")
    jobs = fast_host.client.get("/api/overview").json()["jobs"]
    (job_id,) = (job["lastRun"]["jobId"] for job in jobs if job["lastRun"])
    (run,) = fast_host.client.get("/api/job-runs").json()["items"]
    assert (run["jobId"], run["trigger"]) == (job_id, "person")
    assert fast_host.client.get(f"/api/job-runs/{job_id}").json()["outcomes"][0] == {"outcome": "revoked", "count": 1}
    (item,) = fast_host.client.get(f"/api/job-runs/{job_id}/items?outcome=revoked").json()["items"]
    assert item["requestId"] == expired
    assert fast_host.client.post(f"/api/job-runs/{job_id}/cancel").status_code == 409


def test_timers_run_is_told_as_the_timers(fast_host: LocalHost, served_database: Database, platform: Platform) -> None:
    fired = fast_host.client.post(f"/admin/functions/{platform.key}_revoke_expired_on_timer", json={})
    assert fired.status_code == 202
    runs = wait_until(
        lambda: fast_host.client.get("/api/job-runs", params={"trigger": "timer"}).json()["items"], "the timer has run"
    )
    assert runs[0]["jobType"] == str(JobType(JobKind.REVOKE_EXPIRED, platform))


def test_table_goes_on_where_its_link_says(fast_host: LocalHost, served_database: Database) -> None:
    for platform in PLATFORMS:
        add_requests(served_database, platform, [{}] * 3)
    response = fast_host.client.get("/api/audit?from=2020-01-01&format=csv&limit=4")
    assert response.headers["content-type"] == "text/csv"
    second = fast_host.client.get(response.links["next"]["url"])
    assert len(response.text.splitlines()) + len(second.text.splitlines()) == 1 + 6
    assert "next" not in second.links


def test_person_is_found_over_both_platforms(fast_host: LocalHost, served_database: Database) -> None:
    for platform in PLATFORMS:
        add_request(served_database, platform, email="hana@test.com")
    page = fast_host.client.get("/api/access-requests", params={"email": "Hana@test.com"}).json()
    assert {item["platform"] for item in page["items"]} == {platform.key for platform in PLATFORMS}


def test_probes_answer(fast_host: LocalHost, served_database: Database) -> None:
    paths = ("/api/health", "/api/health/ready")
    assert [fast_host.client.get(path).json()["status"] for path in paths] == ["live", "ready"]


def test_run_that_is_not_there_cannot_be_cancelled(fast_host: LocalHost, served_database: Database) -> None:
    assert fast_host.client.post(f"/api/job-runs/{add_run(served_database, 'Other')}/cancel").status_code == 404
