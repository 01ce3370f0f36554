"""StillDueSender: checks again whether a mail is due that waited for a slot, a limit or another try."""

import asyncio
from collections.abc import Awaitable
from functools import partial

from jobs.reminders.due import find_due_notifications
from jobs.reminders.mail.message import ReminderEmail
from jobs.reminders.mail.sender import EmailSender
from jobs.runs.errors import NoLongerDueError
from jobs.runs.held_run import HeldRun, RunMustStopError

# A mail counts as still due for this time.
FRESH_SECONDS = 2.0


class StillDueSender:
    """Sends only reminders that are still due. Raises NoLongerDueError if the mail has none."""

    def __init__(self, sender: EmailSender, run: HeldRun) -> None:
        self.places = sender.places
        self._sender = sender
        self._run = run

    def send(self, email: ReminderEmail) -> Awaitable[None]:
        if self._run.clock() - email.due_at <= FRESH_SECONDS:
            return self._sender.send(email)
        return self._look_and_send(email)

    async def _look_and_send(self, email: ReminderEmail) -> None:
        looked_at = self._run.clock()
        ids = [each.request_id for each in email.reminders]
        look = partial(find_due_notifications, platform=email.platform, request_ids=ids)
        due = await asyncio.to_thread(self._run.read, look)
        if not due:
            raise NoLongerDueError(len(ids))
        self._run.drop_no_longer_due(len(ids) - len(due))
        email.reminders, email.due_at = tuple(due), looked_at
        if stop := self._run.stop_reason():  # the database may have been slow to answer
            raise RunMustStopError(stop)
        await self._sender.send(email)
