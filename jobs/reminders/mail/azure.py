"""Sends through Azure Communication Services, as the app's managed identity or with a connection string's key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from api.remote_answer import plain_line, retry_after_seconds
from config.settings import Settings
from jobs.reminders.mail.errors import ServiceBusyError, ServiceFailedError, TemporaryFailureError
from jobs.reminders.mail.message import ReminderEmail, ascii_domain
from jobs.reminders.mail.places import Places
from jobs.reminders.mail.sender import time_limit
from jobs.reminders.mail.templates import MailTemplates
from jobs.runs.errors import ItemFailedError

if TYPE_CHECKING:
    from azure.communication.email.aio import EmailClient
    from azure.core.pipeline import PipelineResponse
    from azure.core.rest import AsyncHttpResponse


class AzureEmailSender:
    """A mail counts as sent once the service has accepted it.

    The SDK's poller asks for the outcome only after half a minute. A time limit that ends before could fail a mail that
    is on its way.
    """

    def __init__(self, settings: Settings, templates: MailTemplates, client: "EmailClient") -> None:
        self.places: Places | None = Places(settings.email_max_concurrency)
        self._settings = settings
        self._templates = templates
        self._client = client

    async def send(self, email: ReminderEmail) -> None:
        """Uses only the status of the answer. A 202 means accepted, even if the SDK cannot read the rest."""
        from azure.core.exceptions import AzureError

        content = self._compose(email)
        answers: list[AsyncHttpResponse] = []

        def remember(answer: "PipelineResponse[Any, AsyncHttpResponse]") -> None:
            answers.append(answer.http_response)

        try:
            async with time_limit(self._settings.email_timeout_seconds):
                await self._client.begin_send(content, polling=False, raw_response_hook=remember)
        except Exception as error:
            if answers:
                await answers[-1].close()
                if answers[-1].status_code == HTTPStatus.ACCEPTED:
                    return
                raise _refusal(answers[-1], error) from error
            if isinstance(error, AzureError):
                message = "The mail service could not be reached, or did not let this app in."
                raise ServiceFailedError(message) from error
            raise

    def _compose(self, email: ReminderEmail) -> dict[str, object]:
        recipient = ascii_domain(email.to)
        composed = self._templates.compose(email)
        reply_to = self._settings.email_reply_to
        return {
            "senderAddress": self._settings.email_from,
            "recipients": {"to": [{"address": recipient}]},
            **({"replyTo": [{"address": reply_to}]} if reply_to else {}),
            "content": {"subject": composed.subject, "plainText": composed.text, "html": composed.html},
        }


@asynccontextmanager
async def azure_email_client(settings: Settings) -> AsyncIterator["EmailClient"]:
    """Opens a client, signed in with the connection string's key or, without one, as the app's managed identity.

    It does not retry by itself, because the service counts such tries, and the sending quota here would not.
    """
    from azure.communication.email.aio import EmailClient

    if settings.azure_communication_connection_string:
        connection_string = settings.azure_communication_connection_string.get_secret_value()
        async with EmailClient.from_connection_string(connection_string, retry_total=0) as client:
            yield client
        return
    from azure.identity.aio import DefaultAzureCredential

    async with (
        DefaultAzureCredential() as credential,
        EmailClient(settings.azure_communication_endpoint or "", credential, retry_total=0) as client,
    ):
        yield client


def _refusal(answer: "AsyncHttpResponse", error: Exception) -> ItemFailedError:
    """Returns the error for a refusal, in the service's own words."""
    from azure.core.exceptions import HttpResponseError

    reason = error.error.message if isinstance(error, HttpResponseError) and error.error else answer.reason
    status = answer.status_code
    sentence = f"The mail service refused the email: {plain_line(f'{status} {reason}')}"
    seconds = retry_after_seconds(answer.headers.get("Retry-After"))
    if status == 429:
        return ServiceBusyError(sentence, seconds)
    if status >= 500:
        return TemporaryFailureError(sentence, seconds)
    return (ServiceFailedError if status in (401, 403) else ItemFailedError)(sentence)
