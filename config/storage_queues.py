"""Sends messages to the Storage Queues from which the Functions host starts runs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from config.log_text import words_of
from config.settings import Settings

if TYPE_CHECKING:
    from azure.storage.queue import QueueClient

# For each of at most four requests, including one for a token. Sending must fit into the time that the host leaves to a
# run whose budget is spent.
CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 3
# How long a message may stay hidden; the service allows seven days.
MAX_DELAY_SECONDS = 24 * 60 * 60


class QueueUnavailableError(Exception):
    """Raised when a message may not have been sent; the cause goes to the log."""


def send_message(settings: Settings, queue_name: str, text: str, *, delay_seconds: float = 0) -> None:
    """Sends a message, and creates its queue if that is missing; `delay_seconds` is at most MAX_DELAY_SECONDS.

    Raises QueueUnavailableError, in about 20 seconds at most.
    """
    from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError

    delay = round(delay_seconds)
    try:
        with _open_queue(settings, queue_name) as queue:
            try:
                queue.send_message(text, visibility_timeout=delay)
            except ResourceNotFoundError:
                with suppress(ResourceExistsError):  # another instance was faster
                    queue.create_queue()
                queue.send_message(text, visibility_timeout=delay)
    except (AzureError, ValueError) as error:
        raise QueueUnavailableError(f"{queue_name} did not take a message: {words_of(error)}") from error


@contextmanager
def _open_queue(settings: Settings, queue_name: str) -> Iterator["QueueClient"]:
    """Opens it by the connection string or, without one, as the app's managed identity."""
    from azure.storage.queue import QueueClient, TextBase64EncodePolicy

    limits = {
        "retry_total": 0,
        "connection_timeout": CONNECT_TIMEOUT_SECONDS,
        "read_timeout": READ_TIMEOUT_SECONDS,
    }
    options: dict[str, Any] = {"message_encode_policy": TextBase64EncodePolicy(), **limits}
    with ExitStack() as stack:
        if settings.storage_connection_string:
            connection_string = settings.storage_connection_string.get_secret_value()
            queue = QueueClient.from_connection_string(connection_string, queue_name, **options)
        else:
            from azure.identity import DefaultAzureCredential

            credential = DefaultAzureCredential(managed_identity_client_id=settings.storage_client_id, **limits)
            stack.enter_context(credential)
            queue = QueueClient(settings.queue_service_uri or "", queue_name, credential=credential, **options)
        yield stack.enter_context(queue)
