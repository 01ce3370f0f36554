"""Who may change something from a page: the app's own site, whatever stands between, and nobody else's."""

from pprint import pformat

import pytest

from access import operations as access_requests
from access.platforms import Platform
from config.context import AppContext
from config.settings import read_settings
from jobs import operations as jobs
from reports import operations as history
from tests.calls import VALID_REQUESTS, Define, Reply, call, call_operation, stored_count, use_context

CHANGES: list[Define] = [
    access_requests.create_request,
    jobs.send_expiry_notifications,
    jobs.revoke_expired,
]
SITE = "https://access.contoso.com"
FROM_OTHER_SITES = [
    {"origin": "https://evil.test"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "https://evil.test", "host": "api.contoso.com"},
    {"origin": "https://evil.test", "sec-fetch-site": "cross-site", "host": "api.contoso.com"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "same-site", "origin": "https://other.contoso.com", "host": "api.contoso.com"},
    {"sec-fetch-site": "something new"},
    {"origin": "https://access.contoso.com.evil.test"},
    {"origin": "http://access.contoso.com"},  # the site's name, but not its safety
    {"origin": "https://access.contoso.com:8443"},
    {"origin": "http://api.contoso.com:8080", "host": "api.contoso.com"},
    # what is no origin
    {"origin": "http://[bad"},
    {"origin": "https://api.contoso.com:port", "host": "api.contoso.com"},
    {"origin": "https://api.contoso.com:99999", "host": "api.contoso.com:99999"},
    {"origin": "https://", "host": ""},
    {"origin": "https://api.contoso.com", "host": "[bad"},
]
FROM_HERE = [
    {},
    {"host": "api.contoso.com"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-origin", "origin": "https://api.contoso.com", "host": "api.contoso.com"},
    # behind a proxy, as Vite's or a Static Web App's: the browser knows
    {"sec-fetch-site": "same-origin", "origin": "http://localhost:5173", "host": "localhost:5000"},
    # browsers that do not send Sec-Fetch-Site
    {"origin": "https://api.contoso.com", "host": "api.contoso.com"},
    {"origin": "https://www.contoso.com", "host": "api.azurewebsites.net", "x-forwarded-host": "www.contoso.com"},
    {"origin": "https://www.contoso.com", "host": "api.azurewebsites.net", "x-forwarded-host": "www.contoso.com:443"},
    # the site calls the API at its own address
    {"origin": SITE, "host": "api.contoso.com"},
    {"sec-fetch-site": "same-site", "origin": SITE, "host": "api.contoso.com"},
    {"sec-fetch-site": "cross-site", "origin": SITE, "host": "api.azurewebsites.net"},
]


@pytest.fixture(autouse=True)
def site(context: AppContext) -> None:
    serve_site(context, f"{SITE}/start")


def serve_site(context: AppContext, url: str) -> None:
    settings = read_settings(
        site_url=url, simulated_email_seconds=0, revoke_delay_seconds=0, allow_test_simulation=True
    )
    use_context(AppContext(settings, context.database, context.run_database))


def answer_to(platform: Platform, define: Define, headers: dict[str, str]) -> Reply:
    return call(define, platform, body=VALID_REQUESTS[platform], headers=headers)


def is_refused_as_another_site(reply: Reply) -> bool:
    refused = (reply.status, reply.mimetype) == (403, "application/problem+json")
    return refused and "SITE_URL" in reply.json["detail"]


@pytest.mark.parametrize("define", CHANGES)
def test_page_of_another_site_changes_nothing(platform: Platform, define: Define) -> None:
    replies = [(headers, answer_to(platform, define, headers)) for headers in FROM_OTHER_SITES]
    offenders = [(headers, reply.status) for headers, reply in replies if not is_refused_as_another_site(reply)]
    assert not offenders, pformat(offenders)
    assert stored_count(platform) == 0


@pytest.mark.parametrize("define", CHANGES)
def test_own_pages_and_automation_may_change_something(platform: Platform, define: Define) -> None:
    replies = [(headers, answer_to(platform, define, headers)) for headers in FROM_HERE]
    offenders = [(headers, reply.status) for headers, reply in replies if reply.status not in (200, 201)]
    assert not offenders, pformat(offenders)


@pytest.mark.parametrize("url", [f"{SITE}:443", "https://Access.Contoso.com:443/start", "https://ACCESS.CONTOSO.COM"])
def test_site_is_known_however_its_url_is_written(context: AppContext, platform: Platform, url: str) -> None:
    serve_site(context, url)
    answers = [(SITE, 201), ("https://access.contoso.com:8443", 403), ("http://access.contoso.com", 403)]
    for origin, status in answers:
        headers = {"origin": origin, "sec-fetch-site": "cross-site"}
        reply = call(access_requests.create_request, platform, body=VALID_REQUESTS[platform], headers=headers)
        assert (origin, reply.status) == (origin, status)


def test_page_of_another_site_cannot_cancel_a_run() -> None:
    headers = {"origin": "https://evil.test"}
    assert call_operation(history.cancel_job_run, path={"jobId": "x"}, headers=headers).status == 403


def test_reading_is_left_to_the_browser_to_refuse(platform: Platform) -> None:
    headers = {"sec-fetch-site": "cross-site", "origin": "https://evil.test"}
    assert call(access_requests.list_requests, platform, headers=headers).status == 200


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"]
)
def test_body_that_a_form_could_send_is_not_taken_for_json(platform: Platform, content_type: str) -> None:
    body = VALID_REQUESTS[platform]
    reply = call(access_requests.create_request, platform, body=body, headers={"content-type": content_type})
    assert (reply.status, reply.mimetype) == (415, "application/problem+json")
    assert "application/json" in reply.json["detail"]
    assert stored_count(platform) == 0


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_is_taken_in_any_spelling(platform: Platform, content_type: str) -> None:
    body = VALID_REQUESTS[platform]
    reply = call(access_requests.create_request, platform, body=body, headers={"content-type": content_type})
    assert reply.status == 201


def test_local_site_is_trusted_on_a_persons_own_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().trusted_site == "http://localhost:5173"
    monkeypatch.setenv("WEBSITE_SITE_NAME", "access")
    azure = read_settings(
        database_url="mssql+pyodbc://server/database", email_sender="smtp", email_from="access@contoso.com"
    )
    assert azure.trusted_site is None
