"""Sends through SMTP, with certificate checking unless SMTP_SECURITY is none."""

import asyncio
import ssl
from email import policy
from email.contentmanager import raw_data_manager
from email.header import Header
from email.message import EmailMessage
from email.utils import formatdate
from functools import cached_property
from typing import TYPE_CHECKING

from config.settings import Settings
from jobs.reminders.mail.errors import NotTriedError, TemporaryFailureError
from jobs.reminders.mail.message import ReminderEmail, ascii_domain
from jobs.reminders.mail.places import Places
from jobs.reminders.mail.sender import time_limit
from jobs.reminders.mail.sessions import Session, SessionPool, Want, abort
from jobs.reminders.mail.smtp_answers import (
    NO_ANSWER,
    Refusal,
    RefusedError,
    broke_off,
    is_refusal,
    opening_failure,
    refusal_of,
)
from jobs.reminders.mail.templates import MailTemplates
from jobs.runs.errors import ItemFailedError

if TYPE_CHECKING:
    from aiosmtplib import SMTP

# Other policies parse every header again, which takes longer than all other work on a mail.
PLAIN = policy.compat32.clone(cte_type="7bit")
# A network may drop idle connections silently. Finding that out must not use up the mail's time.
REUSE_SECONDS = 5.0
# After so many refusals because of other sessions, the server is busy.
MAX_CROWDED = 3
# An opening that takes too long ends before the wait for it.
GRACE_SECONDS = 1.0
NO_SMTPUTF8 = "This address needs SMTPUTF8 for the part before its @. The mail server does not support it."
IN_DOUBT = "The mail server broke off before it confirmed the mail. The mail may or may not have been sent."


class SmtpEmailSender:
    """A mail counts as sent at the 250 after its DATA, whatever happens to its session afterwards.

    A session sends many mails, one after another. After any doubt, it is closed at once, without a goodbye. A refusal
    for now may be about the session. Then the mail is tried on another one before the refusal counts.
    """

    def __init__(self, settings: Settings, templates: MailTemplates) -> None:
        self._settings = settings
        self._templates = templates
        self._sender = ascii_domain(settings.email_from)
        self._reply_to = ascii_domain(settings.email_reply_to) if settings.email_reply_to else None
        check_seconds = min(REUSE_SECONDS, settings.email_timeout_seconds / 4)
        self._pool = SessionPool(self._open_client, settings.email_max_concurrency, check_seconds)
        self.places: Places | None = self._pool.places

    def close(self) -> None:
        self._pool.close()

    async def send(self, email: ReminderEmail) -> None:
        recipient = ascii_domain(email.to)
        message = self._compose(email, recipient)
        attempts = _Attempts(self._pool)
        clock = asyncio.get_running_loop().time
        ends_at = clock() + self._settings.email_timeout_seconds
        want = Want.ANY
        while True:
            session = await self._take(want, ends_at)
            try:
                async with time_limit(self._settings.email_timeout_seconds, ends_at):
                    await _transmit(session.client, self._sender, recipient, message)
            except RefusedError as error:
                want = attempts.after_refusal(session, error)
            except BaseException:
                self._pool.drop(session)
                raise
            else:
                attempts.after_acceptance(session)
                return

    async def _take(self, want: Want, ends_at: float) -> Session:
        """Raises NotTriedError if the time is up. The pool limits the time of an opening, which ends first."""
        try:
            async with asyncio.timeout_at(ends_at + GRACE_SECONDS):
                session = await self._pool.take(want)
        except TimeoutError as error:
            raise NotTriedError from error
        if asyncio.get_running_loop().time() < ends_at:
            return session
        self._pool.give_back(session)
        raise NotTriedError

    async def _open_client(self) -> "SMTP":
        """Opens a session. Raises ServiceBusyError and ServiceFailedError."""
        import aiosmtplib

        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            local_hostname=settings.ehlo_name,
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
            tls_context=None if settings.smtp_security == "none" else self._tls,
            timeout=None,
        )
        try:
            async with time_limit(settings.email_timeout_seconds):
                await client.connect()
                if client.is_ehlo_or_helo_needed:
                    await client.ehlo()
        except (aiosmtplib.SMTPException, OSError) as error:
            abort(client)
            raise opening_failure(error) from error
        except BaseException:
            abort(client)
            raise
        return client

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


class _Attempts:
    """The attempts of one mail on several sessions, which together are one try."""

    def __init__(self, pool: SessionPool) -> None:
        self._pool = pool
        self._wanted: set[Want] = set()
        self._crowded_count = 0

    def after_acceptance(self, session: Session) -> None:
        if self._wanted == {Want.PROVEN} and Want.PROVEN.is_met_by(session):
            self._pool.note_surplus()  # the new session that refused the mail was one too many
        session.accepted_count += 1
        self._pool.give_back(session)

    def after_refusal(self, session: Session, error: RefusedError) -> Want:
        """Returns the session on which to try the mail next. Raises the refusal if no other would help."""
        refusal = error.refusal
        others = [each for each in self._pool.usable if each is not session]
        if refusal.is_about_number_of_sessions and others:
            self._pool.leave(session)
            self._pool.reduce()
            self._crowded_count += 1
            if self._crowded_count < MAX_CROWDED:
                return Want.ANY
            raise refusal.error from error.__cause__
        want = _other_session(session, others, refusal)
        if want and want not in self._wanted:
            self._pool.leave(session)
            self._wanted.add(want)
            return want
        (self._pool.leave if refusal.closes_session else self._pool.give_back)(session)
        raise refusal.error from error.__cause__


def _other_session(session: Session, others: list[Session], refusal: Refusal) -> Want | None:
    """Returns the session that may accept what this one refuses: a new one, or one that is open longer."""
    is_worn = session.accepted_count > 0 or (refusal.closes_session and session.begun_count > 1)
    if is_worn:
        return Want.NEW if refusal.may_be_about_session else None
    is_new = session.begun_count == 1 and refusal.is_for_now and refusal.may_be_about_session
    return Want.PROVEN if is_new and others else None


async def _transmit(client: "SMTP", sender: str, recipient: str, message: EmailMessage) -> None:
    """Raises RefusedError for a clear refusal, also if the server breaks off before it has the mail."""
    import aiosmtplib

    needs_utf8 = not (sender.isascii() and recipient.isascii())
    if needs_utf8 and not client.supports_extension("smtputf8"):
        raise ItemFailedError(NO_SMTPUTF8)
    options, encoding = (["SMTPUTF8", "BODY=8BITMIME"], "utf-8") if needs_utf8 else ([], "ascii")
    content = message.as_bytes(policy=policy.SMTPUTF8 if needs_utf8 else PLAIN)
    try:
        await client.mail(sender, options=options, encoding=encoding)
        await client.rcpt(recipient, encoding=encoding)
    except (aiosmtplib.SMTPServerDisconnected, OSError) as error:
        raise RefusedError(broke_off()) from error
    except aiosmtplib.SMTPResponseException as error:
        raise (RefusedError(refusal_of(error)) if is_refusal(error) else TemporaryFailureError(NO_ANSWER)) from error
    try:
        await client.data(content)
    except (aiosmtplib.SMTPServerDisconnected, OSError) as error:
        raise ItemFailedError(IN_DOUBT) from error
    except aiosmtplib.SMTPResponseException as error:
        raise (RefusedError(refusal_of(error)) if is_refusal(error) else ItemFailedError(IN_DOUBT)) from error
