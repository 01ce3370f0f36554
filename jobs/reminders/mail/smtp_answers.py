"""Reads the answers of mail servers: is it about this mail, this session, the number of sessions, or the service?"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.remote_answer import plain_line
from api.request_log import without_addresses
from jobs.reminders.mail.errors import ServiceBusyError, ServiceFailedError, TemporaryFailureError
from jobs.runs.errors import ItemFailedError

if TYPE_CHECKING:
    from aiosmtplib import SMTPResponseException

NO_ANSWER = "The mail server sent an answer that this app does not understand."
# The codes that end a session, and that Exchange Online gives to the surplus of connections.
CLOSING, TOO_MANY_CONNECTIONS = 421, 432

# A server refuses every mail of a client whose name it refuses, often only at the recipient.
_ABOUT_OUR_NAME = re.compile(r"\b(helo|ehlo)\b|fully[- ]qualified (host|domain)", re.IGNORECASE)
_ABOUT_US = re.compile(r"\b(sender address|client host) (rejected|blocked)|\bclient host \[", re.IGNORECASE)
_ABOUT_THIS_SESSION = re.compile(
    r"\b(per|this|same|one|single) (smtp )?(session|connection)\b"
    r"|\btoo many (messages|mails|emails|recipients|transactions|errors)\b",
    re.IGNORECASE,
)
_ABOUT_THE_NUMBER_OF_SESSIONS = re.compile(
    r"\bconcurren|\bsimultaneous|\bparallel\b|\btoo many\b.{0,40}\b(connections|sessions)\b"
    r"|\b(connection|session)s? (count |number )?(limit|exceed)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Refusal:
    """A server's clear refusal. `error` is the mail's, unless another session takes it."""

    error: ItemFailedError
    is_for_now: bool = True
    closes_session: bool = False
    may_be_about_session: bool = True
    is_about_number_of_sessions: bool = False


class RefusedError(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.refusal = refusal


def is_refusal(error: "SMTPResponseException") -> bool:
    """Tells whether the server clearly refused. After any other unexpected answer, it may have accepted the mail."""
    return 400 <= error.code < 600


def broke_off() -> Refusal:
    """Returns the refusal of a server that breaks off before it has the mail."""
    return Refusal(TemporaryFailureError("The mail server broke off."), closes_session=True)


def refusal_of(error: "SMTPResponseException") -> Refusal:
    """Returns the refusal of a mail, in the server's own words."""
    import aiosmtplib

    sentence = f"The mail server refused the email: {_answer(error)}"
    is_for_now, is_sender = error.code < 500, isinstance(error, aiosmtplib.SMTPSenderRefused)
    if _is_about_us(error):
        return Refusal(ServiceFailedError(sentence), is_for_now, may_be_about_session=False)
    is_about_number = _is_about_number_of_sessions(error)
    kind: type[ItemFailedError] = ServiceFailedError if is_sender else ItemFailedError
    if is_for_now:
        kind = ServiceBusyError if error.code == CLOSING or is_about_number else TemporaryFailureError
    return Refusal(
        kind(sentence),
        is_for_now,
        closes_session=error.code == CLOSING,
        # The sender is the same for every mail: a session that has accepted it before refuses more than the sender.
        may_be_about_session=is_for_now or is_sender or bool(_ABOUT_THIS_SESSION.search(error.message)),
        is_about_number_of_sessions=is_about_number,
    )


def opening_failure(error: Exception) -> ItemFailedError:
    """Returns the error for a session that could not be opened."""
    import aiosmtplib

    match error:
        case aiosmtplib.SMTPResponseException() if 400 <= error.code < 500 and not _is_about_us(error):
            return ServiceBusyError(f"The mail server refused to open a session: {_answer(error)}")
        case aiosmtplib.SMTPAuthenticationError():
            return ServiceFailedError(f"The mail server refused the login: {_answer(error)}")
        case aiosmtplib.SMTPResponseException() if is_refusal(error):
            return ServiceFailedError(f"The mail server refused to open a session: {_answer(error)}")
        case aiosmtplib.SMTPResponseException():
            return ServiceFailedError(NO_ANSWER)
        case aiosmtplib.SMTPNotSupported():
            return ServiceFailedError("The mail server does not support the settings SMTP_SECURITY or SMTP_USERNAME.")
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return ServiceFailedError("The mail server's certificate is not trusted.")
    return ServiceFailedError("The mail server could not be reached, or broke off.")


def _is_about_us(error: "SMTPResponseException") -> bool:
    """Tells whether the server refuses this app, and not this mail. For now, it may refuse a client for any reason."""
    words = without_addresses(error.message)
    return bool(_ABOUT_OUR_NAME.search(words)) or (error.code >= 500 and bool(_ABOUT_US.search(words)))


def _is_about_number_of_sessions(error: "SMTPResponseException") -> bool:
    if error.code == TOO_MANY_CONNECTIONS:
        return True
    is_about_this_one = _ABOUT_THIS_SESSION.search(error.message)
    return not is_about_this_one and bool(_ABOUT_THE_NUMBER_OF_SESSIONS.search(error.message))


def _answer(error: "SMTPResponseException") -> str:
    return plain_line(f"{error.code} {error.message}")
