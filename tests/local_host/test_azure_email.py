"""Reminders through Azure Communication Services, against a server that speaks its email API."""

import asyncio
import shutil
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from access.platforms import Platform
from config.context import AppContext
from config.settings import read_settings
from jobs.reminders.mail.azure import AzureEmailSender
from jobs.reminders.mail.senders import open_email_sender
from jobs.reminders.run import run_expiry_notifications
from jobs.request import FailureSimulation
from sql.database import Database
from tests.jobs.reminders.mail.mail_servers import AzureEmailService, azure_email_service
from tests.jobs.run_requests import reminder_run
from tests.local_host.processes import EXAMPLE, LocalHost, running_local_host
from tests.rows import add_request, reminders


@pytest.fixture(scope="module")
def running_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureEmailService]:
    with azure_email_service(tmp_path_factory.mktemp("azure")) as service:
        yield service


@pytest.fixture
def service(running_service: AzureEmailService) -> AzureEmailService:
    running_service.forget()
    return running_service


@pytest.fixture(scope="module")
def host(
    served_url: str, running_service: AzureEmailService, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalHost]:
    folder = tmp_path_factory.mktemp("azure_host")
    shutil.copy(EXAMPLE, folder)
    with running_local_host(
        folder,
        DATABASE_URL=served_url,
        EMAIL_SENDER="azure",
        EMAIL_FROM="access@test.com",
        EMAIL_MAX_CONCURRENCY="2",
        EMAIL_TIMEOUT_SECONDS="3",
        AZURE_COMMUNICATION_CONNECTION_STRING=running_service.connection_string,
        SSL_CERT_FILE=str(running_service.certificate),
        by_command=True,  # since aiohttp reads SSL_CERT_FILE when it is imported
    ) as host:
        yield host


def remind_all(host: LocalHost, platform: Platform) -> dict[str, Any]:
    answer: dict[str, Any] = host.client.post(f"/api/{platform.key}/access-requests/send-expiry-notifications").json()
    return answer


def add_due(database: Database, platform: Platform, email: str = "alice@test.com") -> int | str:
    return add_request(database, platform, expires_on=database.utc_now() + timedelta(days=3), email=email)


def test_accepted_mail_counts_as_sent_at_once(
    host: LocalHost, service: AzureEmailService, served_database: Database, platform: Platform
) -> None:
    """The service takes its time to deliver; asking it how that went would outlast the time limit."""
    request_id = add_due(served_database, platform)
    assert remind_all(host, platform)["failed"] == []
    assert reminders(served_database, platform, request_id) == ["30-Day Reminder"]
    assert [(method, path.partition("?")[0]) for method, path, _, _ in service.requests] == [("POST", "/emails:send")]


def test_mail_says_who_what_and_to_whom(
    host: LocalHost, service: AzureEmailService, served_database: Database, platform: Platform
) -> None:
    add_due(served_database, platform)
    remind_all(host, platform)
    ((_, _, headers, content),) = service.requests
    assert "HMAC-SHA256" in headers["Authorization"]
    assert content["senderAddress"] == "access@test.com"
    assert content["recipients"] == {"to": [{"address": "alice@test.com"}]}
    assert content["content"]["subject"].startswith(f"Your {platform.title} access expires")
    assert platform.title in content["content"]["plainText"]


def test_one_run_shares_its_connections(
    host: LocalHost, service: AzureEmailService, served_database: Database, platform: Platform
) -> None:
    for n in range(12):
        add_due(served_database, platform, email=f"user{n}@test.com")
    assert remind_all(host, platform)["notifiedCount"] == len(service.requests) == 12
    assert service.connections <= 2


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_refused_mail_fails_alone(
    host: LocalHost, service: AzureEmailService, served_database: Database, platform: Platform, status: int
) -> None:
    ids = [add_due(served_database, platform, email=f"{name}@test.com") for name in ("alice", "bob", "carol")]
    service.answers["bob@test.com"] = (status, {})
    ((email, error),) = [(item["email"], item["error"]) for item in remind_all(host, platform)["failed"]]
    assert email == "bob@test.com"
    assert f"Refused with {status}" in error
    assert [len(reminders(served_database, platform, request_id)) for request_id in ids] == [1, 0, 1]


def test_service_that_asks_to_come_back_late_ends_the_run_at_once(
    host: LocalHost, service: AzureEmailService, served_database: Database, platform: Platform
) -> None:
    add_due(served_database, platform)
    service.answers["alice@test.com"] = (429, {"Retry-After": "600"})
    answer = remind_all(host, platform)
    assert (answer["failedCount"], answer["leftDueCount"], len(service.requests)) == (0, 1, 1)
    assert "the mail service refused the email: 429 Refused with 429." in answer["message"]


def test_service_that_falls_silent_fails_one_mail_in_time(
    host: LocalHost, service: AzureEmailService, served_database: Database, platform: Platform
) -> None:
    for name in ("alice", "bob", "carol"):
        add_due(served_database, platform, email=f"{name}@test.com")
    service.silent_to = "bob@test.com"
    answer = remind_all(host, platform)
    assert [(item["email"], item["error"]) for item in answer["failed"]] == [
        ("bob@test.com", "The mail was not accepted within 3 seconds.")
    ]
    assert (answer["notifiedCount"], service.recipients.count("bob@test.com")) == (2, 1)


def test_service_that_is_busy_for_a_moment_is_asked_again(
    host: LocalHost, service: AzureEmailService, served_database: Database, platform: Platform
) -> None:
    add_due(served_database, platform)
    service.answers["alice@test.com"] = (429, {"Retry-After": "0"})
    service.answers_once = True
    assert remind_all(host, platform)["notifiedCount"] == 1
    assert len(service.requests) == 2


def run_in_this_process(database: Database, platform: Platform, **settings: Any) -> Any:
    read = read_settings(email_sender="azure", **settings)
    return run_expiry_notifications(AppContext(read, database, database), reminder_run(platform))


def test_service_that_never_answers_fails_the_send_in_time(database: Database, platform: Platform) -> None:
    add_due(database, platform)
    with socket.create_server(("127.0.0.1", 0)) as server:
        connection_string = f"endpoint=https://127.0.0.1:{server.getsockname()[1]};accesskey=c2VjcmV0"
        response = run_in_this_process(
            database, platform, email_timeout_seconds=0.5, azure_communication_connection_string=connection_string
        )
    assert (response.notified_count, response.failed_count) == (0, 1)


def test_sender_opens_without_a_key_as_the_managed_identity() -> None:
    async def open_and_close() -> type:
        settings = read_settings(email_sender="azure", azure_communication_endpoint="https://mail.test")
        async with open_email_sender(settings, FailureSimulation()) as sender:
            return type(sender)

    assert asyncio.run(open_and_close()) is AzureEmailSender
