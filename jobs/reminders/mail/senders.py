"""Opens the sender that the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from config.settings import Settings
from jobs.reminders.mail.azure import AzureEmailSender, azure_email_client
from jobs.reminders.mail.sender import EmailSender
from jobs.reminders.mail.simulation import FailingEmailSender, SimulatedEmailSender
from jobs.reminders.mail.smtp import SmtpEmailSender
from jobs.reminders.mail.templates import MailTemplates
from jobs.request import FailureSimulation


@asynccontextmanager
async def open_email_sender(settings: Settings, simulation: FailureSimulation) -> AsyncIterator[EmailSender]:
    """Opens the sender that the settings name, and closes its connections at the end."""
    async with _open_named_sender(settings) as sender:
        yield FailingEmailSender(sender, simulation, settings.simulated_email_seconds) if simulation.is_on else sender


@asynccontextmanager
async def _open_named_sender(settings: Settings) -> AsyncIterator[EmailSender]:
    match settings.email_sender:
        case "smtp":
            with closing(SmtpEmailSender(settings, MailTemplates(settings))) as sender:
                yield sender
        case "azure":
            async with azure_email_client(settings) as client:
                yield AzureEmailSender(settings, MailTemplates(settings), client)
        case "simulated":
            yield SimulatedEmailSender(settings.simulated_email_seconds)
