"""Azure Communication Services, as the app's managed identity or with a connection string's key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from config.settings import Settings
from jobs.errors import ItemFailedError
from jobs.mail.message import ReminderEmail
from jobs.mail.sender import time_limit

if TYPE_CHECKING:
    from azure.communication.email.aio import EmailClient


class AzureEmailSender:
    """A mail counts as sent once the service has accepted it.

    The SDK's poller asks for the outcome only after half a minute: a time limit that passed meanwhile would make a
    failure of a mail that is on its way.
    """

    def __init__(self, settings: Settings, client: "EmailClient") -> None:
        self.max_concurrency: int | None = settings.email_max_concurrency
        self._settings = settings
        self._client = client

    async def send(self, email: ReminderEmail) -> None:
        content = {
            "senderAddress": self._settings.email_from,
            "recipients": {"to": [{"address": email.to}]},
            "content": {"subject": email.subject, "plainText": email.text},
        }
        from azure.core.exceptions import AzureError, HttpResponseError

        async with time_limit(self._settings.email_timeout_seconds):
            try:
                await self._client.begin_send(content, polling=False)
            except HttpResponseError as error:
                reason = error.error.message if error.error else error.reason
                raise ItemFailedError(f"The mail service refused it: {error.status_code} {reason}") from error
            except AzureError as error:
                raise ItemFailedError("The mail service could not be reached, or did not let this app in.") from error


@asynccontextmanager
async def azure_email_client(settings: Settings) -> AsyncIterator["EmailClient"]:
    """Signed in with the connection string's key or, without one, as the app's managed identity."""
    from azure.communication.email.aio import EmailClient

    if settings.azure_communication_connection_string:
        connection_string = settings.azure_communication_connection_string.get_secret_value()
        async with EmailClient.from_connection_string(connection_string) as client:
            yield client
        return
    from azure.identity.aio import DefaultAzureCredential

    async with (
        DefaultAzureCredential() as credential,
        EmailClient(settings.azure_communication_endpoint or "", credential) as client,
    ):
        yield client
