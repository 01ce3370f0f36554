"""The errors of a try to send a mail.

ItemFailedError               this mail was refused, or may have been sent
├── TemporaryFailureError     this mail is refused for now, but may be accepted later
├── ServiceBusyError          all mail is refused for now
└── ServiceFailedError        the service does not work: unreachable, login refused, no answer

NotTriedError is none of these: the mail had to wait for a session until its time was up, and was not tried.
"""

from api.request_log import without_addresses
from jobs.runs.errors import ItemFailedError


class _LaterError(ItemFailedError):
    """`retry_after_seconds` is the wait that the server asks for. It is None if the server does not say."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class TemporaryFailureError(_LaterError):
    """This mail is refused for now."""


class ServiceBusyError(_LaterError):
    """All mail is refused for now."""


class ServiceFailedError(ItemFailedError):
    """The next mail would fail the same way."""


class NotTriedError(Exception):
    """Raised for a mail that got no session in its time, although others did."""


def clause_of(error: ItemFailedError) -> str:
    """Returns the sentence as a part of a run's note, without the addresses that a server may repeat."""
    sentence = without_addresses(str(error))
    return sentence[:1].lower() + sentence[1:].rstrip(".")
