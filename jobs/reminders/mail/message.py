"""ReminderEmail: one mail with its reminders, and its address in the form for mail servers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from access.addresses import split_address
from access.platforms.platform import Platform
from access.same_person import same_person_key
from jobs.reminders.due_notification import DueNotification
from jobs.runs.errors import ItemFailedError

NO_PLAIN_ADDRESS = "This is not a single, plain email address."


@dataclass(eq=False, slots=True)
class ReminderEmail:
    """One mail with its reminders, the soonest expiry first. Its sender composes the text, since thousands may wait.

    `due_at` is the moment when all of them were found due, by the clock of the run.
    """

    to: str
    platform: Platform
    reminders: tuple[DueNotification, ...]
    due_at: float = 0.0

    def __str__(self) -> str:
        return f"mail {self.message_key}"

    @property
    def message_key(self) -> str:
        """Returns the same key for the same reminders, so that a mail repeated after a crash can be recognised."""
        keys = [f"{due.request_id}-{due.reminder.split()[0]}" for due in self.reminders]
        key = keys[0] if len(keys) == 1 else f"digest-{sha256(' '.join(keys).encode()).hexdigest()[:32]}"
        return f"{self.platform.key}-{key}"


def reminder_emails(
    due: Iterable[DueNotification], platform: Platform, *, one_for_each_person: bool, due_at: float = 0.0
) -> list[ReminderEmail]:
    """Returns the mails for these reminders, the most urgent first. `to` is empty without an address."""
    groups: Iterable[Sequence[DueNotification]] = ([each] for each in due)
    if one_for_each_person:
        of_person: dict[str, list[DueNotification]] = {}
        for each in due:
            of_person.setdefault(same_person_key(each.email or ""), []).append(each)
        groups = of_person.values()
    return [ReminderEmail(group[0].email or "", platform, tuple(group), due_at) for group in groups]


def ascii_domain(address: str) -> str:
    """Returns the address with its domain as DNS knows it. Raises ItemFailedError unless it is one plain address."""
    parts = split_address(address)
    if parts is None:
        raise ItemFailedError(NO_PLAIN_ADDRESS)
    local, domain = parts
    if domain.isascii():
        return address
    import idna

    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as error:
        raise ItemFailedError(NO_PLAIN_ADDRESS) from error
