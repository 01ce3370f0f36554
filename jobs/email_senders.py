"""Ways to send a reminder: simulated, SMTP, Azure Communication Services; and failures simulated for tests."""

import asyncio
import random
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from access.settings import Settings
from jobs.reminder_email import ReminderEmail


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
        message["Subject"] = email.subject
        message["Message-ID"] = f"<{email.message_key}@{settings.email_from.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(email.text)
        password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
        async with asyncio.timeout(settings.email_timeout_seconds):
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
    """Azure Communication Services, signed in with the app's managed identity."""

    def __init__(self, settings: Settings) -> None:
        self.max_concurrency: int | None = settings.email_max_concurrency
        self._settings = settings

    async def send(self, email: ReminderEmail) -> None:
        from azure.communication.email.aio import EmailClient
        from azure.identity.aio import DefaultAzureCredential

        content = {
            "senderAddress": self._settings.email_from,
            "recipients": {"to": [{"address": email.to}]},
            "content": {"subject": email.subject, "plainText": email.text},
        }
        endpoint = self._settings.azure_communication_endpoint or ""
        async with (
            asyncio.timeout(self._settings.email_timeout_seconds),
            DefaultAzureCredential() as credential,
            EmailClient(endpoint, credential) as client,
        ):
            poller = await client.begin_send(content)
            await poller.result()


@dataclass(frozen=True)
class FailureSimulation:
    """Which sends fail on purpose: about half of them, or those to certain addresses."""

    random_half: bool = False
    emails: frozenset[str] = frozenset()

    @property
    def is_on(self) -> bool:
        return self.random_half or bool(self.emails)

    def picks(self, email: str) -> bool:
        return email.casefold() in self.emails or (self.random_half and random.randrange(2) == 0)  # noqa: S311


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


def create_email_sender(settings: Settings, simulation: FailureSimulation) -> EmailSender:
    sender: EmailSender
    match settings.email_sender:
        case "smtp":
            sender = SmtpEmailSender(settings)
        case "azure":
            sender = AzureEmailSender(settings)
        case "simulated":
            sender = SimulatedEmailSender(settings.simulated_email_seconds)
    return FailingEmailSender(sender, simulation, settings.simulated_email_seconds) if simulation.is_on else sender
