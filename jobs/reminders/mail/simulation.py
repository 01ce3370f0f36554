"""Mail that is only simulated, and failures simulated for tests."""

import asyncio
import random
from collections.abc import Awaitable
from dataclasses import dataclass

from jobs.reminders.mail.message import ReminderEmail
from jobs.reminders.mail.sender import EmailSender
from jobs.runs.errors import ItemFailedError


class SimulatedEmailSender:
    """Sends nothing; takes `seconds` to do so."""

    max_concurrency: int | None = None

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def send(self, email: ReminderEmail) -> Awaitable[None]:
        """Of many thousands under way at once none keeps its mail in memory."""
        return asyncio.sleep(self._seconds)


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
            raise ItemFailedError("Simulated failure.")
        await self._sender.send(email)
