"""Where messages go: by connection string, or as the managed identity without any secret."""

from typing import Any

import pytest
from azure.identity import DefaultAzureCredential

from config.settings import read_settings
from config.storage_queues import QueueUnavailableError, _open_queue, send_message
from tests.queues import take_all


@pytest.mark.parametrize(
    "given",
    [{"storage_account_name": "jobs"}, {"storage_queue_service_uri": "https://jobs.queue.core.windows.net"}],
    ids=["by name", "by address"],
)
def test_without_a_connection_string_the_identity_of_the_app_is_used(given: dict[str, Any]) -> None:
    with _open_queue(read_settings(**given), "some-queue") as queue:
        assert queue.url == "https://jobs.queue.core.windows.net/some-queue"
        assert isinstance(queue.credential, DefaultAzureCredential)


def test_missing_queue_is_created_and_a_text_arrives_whole(storage: str) -> None:
    settings = read_settings(storage_connection_string=storage)
    for text in ("äöü <&>", "second"):
        send_message(settings, "new-queue", text)
    assert take_all(storage, "new-queue") == ["äöü <&>", "second"]


def test_delayed_message_is_not_there_yet(storage: str) -> None:
    send_message(read_settings(storage_connection_string=storage), "new-queue", "later", delay_seconds=3600)
    assert take_all(storage, "new-queue") == []


@pytest.mark.parametrize(
    "storage", ["nonsense", "UseDevelopmentStorage", "AccountName=jobs;AccountKey=!;EndpointSuffix=a.test"]
)
def test_unusable_connection_string_is_no_queue(storage: str) -> None:
    with pytest.raises(QueueUnavailableError):
        send_message(read_settings(storage_connection_string=storage), "new-queue", "text")
