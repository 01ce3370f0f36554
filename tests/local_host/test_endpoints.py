"""The sixteen endpoints over HTTP, and every error that they document."""

from datetime import timedelta

import pytest

from access.platforms import Platform
from sql.database import Database
from tests.calls import VALID_REQUESTS
from tests.local_host.processes import LocalHost
from tests.rows import add_request

SITE = "http://localhost:5173"
PAGE = {"items", "total", "totalIsExact", "nextCursor", "prevCursor"}
ENDPOINTS = [
    ("GET", "", PAGE),
    ("GET", "/pending-expiry", PAGE),
    ("GET", "/pending-notifications", PAGE),
    (
        "POST",
        "/send-expiry-notifications",
        {"message", "jobId", "notifiedCount", "failedCount", "leftDueCount", "notified", "failed", "performance"},
    ),
    ("GET", "/notification-job-status", {"isLocked", "activeJob", "lastRun", "testSimulationAllowed"}),
    (
        "POST",
        "/revoke-expired",
        {
            *("message", "jobId", "revokedCount", "revokedAt", "failedCount", "leftDueCount"),
            *("supersededCount", "notKnownCount"),
        },
    ),
    ("GET", "/revoke-job-status", {"isLocked", "activeJob", "lastRun", "testSimulationAllowed"}),
]


def base(platform: Platform) -> str:
    return f"/api/{platform.key}/access-requests"


@pytest.mark.usefixtures("served_database")
@pytest.mark.parametrize(("method", "path", "fields"), ENDPOINTS)
def test_endpoint_answers_its_shape(
    fast_host: LocalHost, platform: Platform, method: str, path: str, fields: set[str]
) -> None:
    response = fast_host.client.request(method, base(platform) + path)
    assert response.status_code == 200
    assert set(response.json()) == fields
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("served_database")
def test_created_request_is_found_at_its_location(fast_host: LocalHost, platform: Platform) -> None:
    response = fast_host.client.post(base(platform), json=VALID_REQUESTS[platform])
    assert response.status_code == 201
    found = fast_host.client.get(response.headers["location"]).json()
    assert found.items() >= response.json().items()


def test_pages_lead_through_the_list(fast_host: LocalHost, platform: Platform, served_database: Database) -> None:
    ids = [add_request(served_database, platform, email=f"user{n}@test.com") for n in range(5)]
    query: dict[str, str | int] = {"limit": 2, "sort": "requestedByEmail", "q": "user"}
    seen: list[int | str] = []
    cursor = ""
    while cursor is not None:
        page = fast_host.client.get(base(platform), params={**query, "cursor": cursor}).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["nextCursor"]
    assert seen == ids


def test_each_list_shows_the_requests_of_its_platform(
    fast_host: LocalHost, platform: Platform, served_database: Database
) -> None:
    now = served_database.utc_now()
    expired = add_request(served_database, platform, expires_on=now - timedelta(days=1))
    due = add_request(served_database, platform, expires_on=now + timedelta(days=20))
    never = add_request(served_database, platform)
    shown = {path: fast_host.client.get(base(platform) + path).json()["items"] for _, path, _ in ENDPOINTS[:3]}
    assert {path: [item["id"] for item in items] for path, items in shown.items()} == {
        "": [expired, due, never],
        "/pending-expiry": [expired],
        "/pending-notifications": [due],
    }


def test_job_reports_what_it_did_to_each_request(
    fast_host: LocalHost, platform: Platform, served_database: Database
) -> None:
    now = served_database.utc_now()
    soon = add_request(served_database, platform, expires_on=now + timedelta(days=20))
    expired = add_request(served_database, platform, expires_on=now - timedelta(days=1))
    sent = fast_host.client.post(base(platform) + "/send-expiry-notifications").json()
    assert [(item["requestId"], item["reminder"]) for item in sent["notified"]] == [(soon, "30-Day Reminder")]
    assert set(sent["performance"]) == {"sendCount", "elapsedSeconds", "sequentialSeconds", "speedUp"}
    revoked = fast_host.client.post(base(platform) + "/revoke-expired").json()
    assert revoked["revokedCount"] == 1
    items = {item["id"]: item for item in fast_host.client.get(base(platform)).json()["items"]}
    assert (items[expired]["status"], items[expired]["revokedBy"]) == ("Revoked", "System - Scheduled Expiry Job")
    assert items[soon]["status"] == "Active"


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", "", b"{", 400),
        ("POST", "", b"", 400),
        ("POST", "", b" " * (64 * 1024 + 1), 413),
        ("POST", "", b"{}", 422),
        ("GET", "?limit=0", b"", 422),
        ("GET", "?cursor=x", b"", 422),
        ("GET", "/pending-expiry?colour=red", b"", 422),
        ("GET", "/pending-notifications?sort=colour", b"", 422),
        ("POST", "/send-expiry-notifications?simulateFailures=maybe", b"", 422),
        ("POST", "/send-expiry-notifications?failemail=a@test.com", b"", 422),
    ],
)
def test_error_is_problem_json(
    fast_host: LocalHost, platform: Platform, method: str, path: str, content: bytes, status: int
) -> None:
    as_json = {"Content-Type": "application/json"}
    response = fast_host.client.request(method, base(platform) + path, content=content, headers=as_json)
    assert response.status_code == response.json()["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert bool(response.json().get("errors")) == (status == 422)


def test_principal_that_nobody_vouches_for_is_refused(fast_host: LocalHost, platform: Platform) -> None:
    response = fast_host.client.get(base(platform), headers={"X-MS-CLIENT-PRINCIPAL": "e30="})
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", ""),
        ("DELETE", ""),
        ("PATCH", ""),
        ("HEAD", ""),
        ("OPTIONS", ""),
        ("PROPFIND", ""),
        ("POST", "/pending-expiry"),
        ("GET", "/revoke-expired"),
        ("GET", "/send-expiry-notifications"),
        ("POST", "/revoke-job-status"),
        ("GET", "/1"),
        ("GET", "/pending-expiry/more"),
        ("GET", "x"),
    ],
)
def test_wrong_method_and_unknown_path_are_not_found(
    fast_host: LocalHost, platform: Platform, method: str, path: str
) -> None:
    assert fast_host.client.request(method, base(platform) + path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/api", "/api/", "/api/other", "/databricks/access-requests", "/favicon.ico"])
def test_path_outside_the_api_is_not_found(fast_host: LocalHost, path: str) -> None:
    assert fast_host.client.get(path).status_code == 404


@pytest.mark.parametrize("change", [str.upper, str.title, lambda path: path + "/"], ids=["upper", "title", "slash"])
def test_path_matches_in_any_case_and_with_a_slash_at_its_end(
    fast_host: LocalHost, platform: Platform, change: object
) -> None:
    assert callable(change)
    assert fast_host.client.get(change(base(platform))).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_preflight_of_the_site_is_granted(fast_host: LocalHost, platform: Platform, method: str) -> None:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "content-type"}
    response = fast_host.client.options(base(platform), headers={"Origin": SITE, **asked})
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == SITE
    assert method in response.headers["access-control-allow-methods"]
    assert "content-type" in response.headers["access-control-allow-headers"].lower()


def test_answer_to_the_site_may_be_read_by_it(fast_host: LocalHost, platform: Platform) -> None:
    response = fast_host.client.get(base(platform) + "?limit=0", headers={"Origin": SITE})
    assert response.headers["access-control-allow-origin"] == SITE


@pytest.mark.parametrize("origin", ["http://localhost:5174", "https://localhost:5173", "http://evil.test", "null"])
def test_other_origins_are_granted_nothing(fast_host: LocalHost, platform: Platform, origin: str) -> None:
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    responses = [
        fast_host.client.options(base(platform), headers=preflight),
        fast_host.client.get(base(platform), headers={"Origin": origin}),
    ]
    assert not [response for response in responses if "access-control-allow-origin" in response.headers]
