"""Ways to send a reminder: simulated, SMTP, Azure Communication Services; and failures simulated for tests."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import TYPE_CHECKING, Protocol

from access.settings import Settings
from jobs.reminder_email import ReminderEmail

if TYPE_CHECKING:
    from azure.communication.email.aio import EmailClient


class EmailSender(Protocol):
    """`max_concurrency` is how many sends may be under way at once; None means any number."""

    max_concurrency: int | None

    async def send(self, email: ReminderEmail) -> None:
        """Returns when the mail is accepted; any exception means that it was not sent."""


class SimulatedFailureError(Exception):
    """The test parameters asked for this failure."""


class SimulatedEmailSender:
    """Sends nothing; takes `seconds` to do so."""

    max_concurrency: int | None = None

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def send(self, email: ReminderEmail) -> None:
        await asyncio.sleep(self._seconds)


class SmtpEmailSender:
    """One SMTP session per mail, with certificate checking unless SMTP_SECURITY is none."""

    def __init__(self, settings: Settings) -> None:
        self.max_concurrency: int | None = settings.email_max_concurrency
        self._settings = settings

    async def send(self, email: ReminderEmail) -> None:
        import aiosmtplib

        settings = self._settings
        message = EmailMessage()
        message["From"] = settings.email_from
        message["To"] = email.to
        if [address.addr_spec for address in message["To"].addresses] != [email.to]:
            raise ValueError("This is not one plain e-mail address")
        message["Subject"] = email.subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = f"<{email.message_key}@{settings.email_from.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(email.text)
        password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
        async with _time_limit(settings.email_timeout_seconds):
            await aiosmtplib.send(
                message,
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_username,
                password=password,
                use_tls=settings.smtp_security == "tls",
                start_tls=settings.smtp_security == "starttls",
            )


class AzureEmailSender:
    """Azure Communication Services. A mail counts as sent once the service has accepted it.

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
        async with _time_limit(self._settings.email_timeout_seconds):
            await self._client.begin_send(content, polling=False)


@asynccontextmanager
async def _azure_email_client(settings: Settings) -> AsyncIterator["EmailClient"]:
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


@asynccontextmanager
async def _time_limit(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise TimeoutError(f"The mail was not accepted within {seconds:g} seconds") from error


@dataclass(frozen=True)
class FailureSimulation:
    """Which sends fail on purpose: about half of them, or those to certain addresses."""

    random_half: bool = False
    emails: frozenset[str] = frozenset()

    @property
    def is_on(self) -> bool:
        return self.random_half or bool(self.emails)

    def picks(self, email: str) -> bool:
        return email.casefold() in self.emails or (self.random_half and random.randrange(2) == 0)  # noqa: S311  no secret


class FailingEmailSender:
    """Wraps a sender: a mail that the simulation picks takes its simulated time and is not sent."""

    def __init__(self, sender: EmailSender, simulation: FailureSimulation, seconds: float) -> None:
        self.max_concurrency = sender.max_concurrency
        self._sender = sender
        self._simulation = simulation
        self._seconds = seconds

    async def send(self, email: ReminderEmail) -> None:
        if self._simulation.picks(email.to):
            await asyncio.sleep(self._seconds)
            raise SimulatedFailureError("Simulated failure")
        await self._sender.send(email)


@asynccontextmanager
async def open_email_sender(settings: Settings, simulation: FailureSimulation) -> AsyncIterator[EmailSender]:
    """The sender that the settings name; what its mails share, such as a client's connections, is closed at the end."""
    async with _open_named_sender(settings) as sender:
        yield FailingEmailSender(sender, simulation, settings.simulated_email_seconds) if simulation.is_on else sender


@asynccontextmanager
async def _open_named_sender(settings: Settings) -> AsyncIterator[EmailSender]:
    match settings.email_sender:
        case "smtp":
            yield SmtpEmailSender(settings)
        case "azure":
            async with _azure_email_client(settings) as client:
                yield AzureEmailSender(settings, client)
        case "simulated":
            yield SimulatedEmailSender(settings.simulated_email_seconds)
