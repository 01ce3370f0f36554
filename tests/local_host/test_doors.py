"""What the local host lets in: calls to this machine by its own names, and timers fired from it by no page."""

import pytest

from access.platforms import DATABRICKS
from tests.calls import VALID_REQUESTS
from tests.local_host.processes import LocalHost
from tests.local_host.test_endpoints import SITE, base

FIRE = "/admin/functions/databricks_revoke_expired_on_timer"


@pytest.mark.parametrize("host", ["evil.test", "evil.test:5000", "localhost.evil.test", "", "192.168.0.1:5000"])
def test_foreign_name_of_this_machine_is_refused(fast_host: LocalHost, host: str) -> None:
    assert fast_host.client.get("/api/health", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost:5000", "127.0.0.1", "[::1]:5000"])
def test_own_name_of_this_machine_is_served(fast_host: LocalHost, host: str) -> None:
    assert fast_host.client.get("/api/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", [SITE, "http://evil.test", "null"])
def test_no_page_fires_a_timer(fast_host: LocalHost, origin: str) -> None:
    assert fast_host.client.post(FIRE, headers={"Origin": origin}, json={}).status_code == 403


@pytest.mark.usefixtures("served_database")
def test_tool_fires_a_timer(fast_host: LocalHost) -> None:
    assert fast_host.client.post(FIRE, json={}).status_code == 202


@pytest.mark.usefixtures("served_database")
def test_site_creates_a_request_directly_and_through_its_proxy(fast_host: LocalHost) -> None:
    ways = [
        {"Origin": SITE, "Sec-Fetch-Site": "same-site"},
        {"Origin": SITE, "Sec-Fetch-Site": "same-origin"},
        {"Origin": SITE},
    ]
    body = VALID_REQUESTS[DATABRICKS]
    answers = [fast_host.client.post(base(DATABRICKS), json=body, headers=headers) for headers in ways]
    assert [answer.status_code for answer in answers] == [201, 201, 201]


def test_other_page_creates_nothing(fast_host: LocalHost) -> None:
    headers = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-site"}
    assert fast_host.client.post(base(DATABRICKS), json={}, headers=headers).status_code == 403
