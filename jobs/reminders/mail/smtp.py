"""Sends through SMTP, with certificate checking unless SMTP_SECURITY is none."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import policy
from email.contentmanager import raw_data_manager
from email.header import Header
from email.message import EmailMessage
from email.utils import formatdate
from functools import cached_property
from typing import TYPE_CHECKING

from api.remote_answer import plain_line
from config.settings import Settings
from jobs.reminders.mail.message import ReminderEmail, ascii_domain
from jobs.reminders.mail.sender import ServiceBusyError, ServiceFailedError, TemporaryFailureError, time_limit
from jobs.reminders.mail.templates import MailTemplates
from jobs.runs.errors import ItemFailedError

if TYPE_CHECKING:
    from aiosmtplib import SMTP, SMTPResponseException

# Other policies parse every header again, which takes longer than all other work on a mail.
PLAIN = policy.compat32.clone(cte_type="7bit")
# A network may drop idle connections silently. Finding that out must not use up the mail's time.
REUSE_SECONDS = 5.0
NO_SMTPUTF8 = "This address needs SMTPUTF8 for the part before its @. The mail server does not support it."
IN_DOUBT = "The mail server broke off before it confirmed the mail. The mail may or may not have been sent."
NO_ANSWER = "The mail server sent an answer that this app does not understand."


class SmtpEmailSender:
    """A mail counts as sent at the 250 after its DATA, whatever happens to its session afterwards.

    A session sends many mails, one after another. After any doubt, it is closed at once, without a goodbye. The next
    mail gets a new one.
    """

    def __init__(self, settings: Settings, templates: MailTemplates) -> None:
        self.max_concurrency: int | None = settings.email_max_concurrency
        self._settings = settings
        self._templates = templates
        self._sender = ascii_domain(settings.email_from)
        self._reply_to = ascii_domain(settings.email_reply_to) if settings.email_reply_to else None
        self._idle: list[SMTP] = []

    async def send(self, email: ReminderEmail) -> None:
        recipient = ascii_domain(email.to)
        message = self._compose(email, recipient)
        async with time_limit(self._settings.email_timeout_seconds), self._session() as session:
            await _transmit(session, self._sender, recipient, message)

    def close(self) -> None:
        """Says goodbye to every server without waiting for an answer."""
        for session in self._idle:
            _drop(session, goodbye=b"QUIT\r\n")
        self._idle.clear()

    @asynccontextmanager
    async def _session(self) -> AsyncIterator["SMTP"]:
        import aiosmtplib

        session = await self._reused() or await self._opened()
        try:
            yield session
        except aiosmtplib.SMTPResponseException as error:
            if error.code == aiosmtplib.SMTPStatus.domain_unavailable or not _is_refusal(error):
                _drop(session)
            else:
                self._idle.append(session)
            raise _refusal(error) from error
        except BaseException:
            _drop(session)
            raise
        self._idle.append(session)

    async def _reused(self) -> "SMTP | None":
        """Returns an idle session that still answers, or None."""
        import aiosmtplib

        while self._idle:
            session = self._idle.pop()
            try:
                await session.rset(timeout=min(REUSE_SECONDS, self._settings.email_timeout_seconds / 4))
            except aiosmtplib.SMTPTimeoutError:
                for silent in (session, *self._idle):  # the others have been idle for longer
                    _drop(silent)
                self._idle.clear()
            except aiosmtplib.SMTPException:
                _drop(session)
            except BaseException:
                _drop(session)
                raise
            else:
                return session
        return None

    async def _opened(self) -> "SMTP":
        import aiosmtplib

        settings = self._settings
        session = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
            tls_context=None if settings.smtp_security == "none" else self._tls,
            timeout=None,
        )
        try:
            await session.connect()
            if session.is_ehlo_or_helo_needed:
                await session.ehlo()
        except (aiosmtplib.SMTPException, OSError) as error:
            _drop(session)
            raise _opening_failure(error) from error
        except BaseException:
            _drop(session)
            raise
        return session

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Reads all trusted certificates once for all sessions, since that takes longer than a mail."""
        return ssl.create_default_context()

    def _compose(self, email: ReminderEmail, recipient: str) -> EmailMessage:
        composed = self._templates.compose(email)
        message = EmailMessage(PLAIN)
        message["From"] = self._sender
        message["To"] = recipient
        if self._reply_to:
            message["Reply-To"] = self._reply_to
        message["Subject"] = Header(composed.subject).encode()
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = f"<{email.message_key}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(composed.text, content_manager=raw_data_manager)
        message.add_alternative(composed.html, subtype="html", content_manager=raw_data_manager)
        return message


async def _transmit(session: "SMTP", sender: str, recipient: str, message: EmailMessage) -> None:
    import aiosmtplib

    needs_utf8 = not (sender.isascii() and recipient.isascii())
    if needs_utf8 and not session.supports_extension("smtputf8"):
        raise ItemFailedError(NO_SMTPUTF8)
    options, encoding = (["SMTPUTF8", "BODY=8BITMIME"], "utf-8") if needs_utf8 else ([], "ascii")
    content = message.as_bytes(policy=policy.SMTPUTF8 if needs_utf8 else PLAIN)
    try:
        await session.mail(sender, options=options, encoding=encoding)
        await session.rcpt(recipient, encoding=encoding)
    except (aiosmtplib.SMTPServerDisconnected, OSError) as error:
        raise TemporaryFailureError("The mail server broke off.") from error
    try:
        await session.data(content)
    except (aiosmtplib.SMTPServerDisconnected, OSError) as error:
        raise ItemFailedError(IN_DOUBT) from error
    except aiosmtplib.SMTPResponseException as error:
        if _is_refusal(error):
            raise
        raise ItemFailedError(IN_DOUBT) from error


def _drop(session: "SMTP", goodbye: bytes = b"") -> None:
    """Closes a session at once. A server that does not answer would not read the rest either."""
    if isinstance(session.transport, asyncio.Transport) and not session.transport.is_closing():
        session.transport.write(goodbye)
        session.transport.abort()
    session.close()


def _is_refusal(error: "SMTPResponseException") -> bool:
    """Tells whether the server clearly refused. After any other unexpected answer, it may have accepted the mail."""
    return 400 <= error.code < 600


def _refusal(error: "SMTPResponseException") -> ItemFailedError:
    """Returns the error for a refused mail, in the server's own words."""
    import aiosmtplib

    sentence = f"The mail server refused the email: {_answer(error)}"
    if error.code == aiosmtplib.SMTPStatus.domain_unavailable:
        return ServiceBusyError(sentence)
    if not _is_refusal(error):
        return TemporaryFailureError(NO_ANSWER)
    if error.code < 500:
        return TemporaryFailureError(sentence)
    # The sender is the same for every mail.
    return (ServiceFailedError if isinstance(error, aiosmtplib.SMTPSenderRefused) else ItemFailedError)(sentence)


def _opening_failure(error: Exception) -> ItemFailedError:
    """Returns the error for a session that could not be opened."""
    import aiosmtplib

    match error:
        case aiosmtplib.SMTPResponseException() if 400 <= error.code < 500:
            return ServiceBusyError(f"The mail server refused to open a session: {_answer(error)}")
        case aiosmtplib.SMTPAuthenticationError():
            return ServiceFailedError(f"The mail server refused the login: {_answer(error)}")
        case aiosmtplib.SMTPResponseException() if _is_refusal(error):
            return ServiceFailedError(f"The mail server refused to open a session: {_answer(error)}")
        case aiosmtplib.SMTPResponseException():
            return ServiceFailedError(NO_ANSWER)
        case aiosmtplib.SMTPNotSupported():
            return ServiceFailedError("The mail server does not support the settings SMTP_SECURITY or SMTP_USERNAME.")
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return ServiceFailedError("The mail server's certificate is not trusted.")
    return ServiceFailedError("The mail server could not be reached, or broke off.")


def _answer(error: "SMTPResponseException") -> str:
    return plain_line(f"{error.code} {error.message}")
