"""WaitingMails: the mails that the server refuses for now, over all runs of a chain.

The column Waiting_Mails takes them from a run to its follow-up run, which counts their further tries. So a server may
ask for half an hour, and a mail that no try gets through has failed in the end. A run that crashes loses its count.
Then the length of the chain is the limit.
"""

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from access.platforms.platform import SqlId
from jobs.models import StopCode
from jobs.reminders.mail.errors import TemporaryFailureError, clause_of
from jobs.reminders.mail.message import ReminderEmail
from jobs.run_records.ending import StopReason
from jobs.runs.held_run import HeldRun, TryLaterError
from sql.statements import statement

# The waits after each try: 52 minutes in all, since some servers accept a mail only when it comes again that late.
RETRY_DELAYS_SECONDS = (5.0, 20.0, 80.0, 320.0, 900.0, 1800.0)
MAX_DELAY_SECONDS = 86_400.0
ASKED_TO_WAIT = "the mail server accepts these emails only later"


@dataclass(frozen=True, slots=True)
class _Waiting:
    tries: int
    not_before: float


class WaitingMails:
    """Knows the tries of each mail by its requests, since a digest may have other requests at its next try."""

    def __init__(self, run: HeldRun) -> None:
        self._run = run
        self._waiting: dict[str, _Waiting] = {}
        before = run.request.link.continues_job_id
        if before:
            self._waiting = run.read(lambda connection: _left_by(connection, before, run.clock()))

    def must_wait(self, email: ReminderEmail) -> TryLaterError | None:
        """Returns the error for a mail whose time has not come, as the run before this one noted it."""
        waiting = self._find(email)
        if waiting is None or waiting.not_before <= self._run.clock():
            return None
        return TryLaterError(waiting.not_before, StopReason(StopCode.EMAIL_PAUSED, ASKED_TO_WAIT))

    def put_off(self, email: ReminderEmail, refusal: TemporaryFailureError) -> TryLaterError:
        """Returns the error for a mail that was refused for now. Raises the refusal itself after the last try."""
        waiting = self._find(email)
        tries = 1 + (waiting.tries if waiting else 0)
        if tries > len(RETRY_DELAYS_SECONDS):
            self.forget(email)
            raise refusal
        delay = max(RETRY_DELAYS_SECONDS[tries - 1], min(refusal.retry_after_seconds or 0, MAX_DELAY_SECONDS))
        not_before = self._run.clock() + delay
        for due in email.reminders:
            self._waiting[str(due.request_id)] = _Waiting(tries, not_before)
        return TryLaterError(not_before, StopReason(StopCode.EMAIL_PAUSED, clause_of(refusal)))

    def forget(self, email: ReminderEmail) -> None:
        """Forgets a mail that was sent or has failed."""
        for due in email.reminders:
            self._waiting.pop(str(due.request_id), None)

    def to_text(self) -> str | None:
        """Returns the mails that wait when the run ends: by request the tries, and the wait before the next one."""
        now = self._run.clock()
        left = {key: [each.tries, round(each.not_before - now, 3)] for key, each in self._waiting.items()}
        return json.dumps(left) if left else None

    def __len__(self) -> int:
        return len(self._waiting)

    def includes(self, request_id: SqlId) -> bool:
        return str(request_id) in self._waiting

    def _find(self, email: ReminderEmail) -> _Waiting | None:
        known = [self._waiting.get(str(due.request_id)) for due in email.reminders] if self._waiting else []
        return max(filter(None, known), key=lambda each: each.tries, default=None)


def _left_by(connection: Connection, job_id: str, now: float) -> dict[str, _Waiting]:
    row = connection.execute(statement("find_waiting_mails", connection), {"job_id": job_id}).first()
    if row is None:
        return {}
    began_at = now - row.age_milliseconds / 1000
    return {key: _Waiting(tries, began_at + seconds) for key, (tries, seconds) in json.loads(row.waiting_mails).items()}
