"""Mail that is only simulated, and mail that fails on purpose."""

import asyncio
from collections.abc import Awaitable

from jobs.reminders.mail.message import ReminderEmail
from jobs.reminders.mail.places import Places
from jobs.reminders.mail.sender import EmailSender
from jobs.request import FailureSimulation
from jobs.runs.errors import ItemFailedError


class SimulatedEmailSender:
    """Sends nothing, which takes `seconds`."""

    places: Places | None = None

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def send(self, email: ReminderEmail) -> Awaitable[None]:
        """Keeps no mail in memory, since many thousands may be under way at once."""
        return asyncio.sleep(self._seconds)


class FailingEmailSender:
    """Wraps a sender. A mail that the simulation picks takes its simulated time, but is not sent."""

    def __init__(self, sender: EmailSender, simulation: FailureSimulation, seconds: float) -> None:
        self.places = sender.places
        self._sender = sender
        self._simulation = simulation
        self._seconds = seconds

    async def send(self, email: ReminderEmail) -> None:
        if self._simulation.picks(email.to):
            await asyncio.sleep(self._seconds)
            raise ItemFailedError("Simulated failure.")
        await self._sender.send(email)
