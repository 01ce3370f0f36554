"""A run's mails over SMTP, against a session for each mail, and against the bare client library in a loop.

The mail server is a process of its own on this machine. Sessions begin with STARTTLS and a login.
"""

import asyncio
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from access.platforms import DATABRICKS
from benchmarks.comparison import Comparison, Reach, progress, seconds_taken, show_seconds
from benchmarks.notification_run import create_due_requests
from benchmarks.workspace import Workspace
from config.context import open_app_context
from config.settings import Settings, read_settings
from jobs.job_types import JobKind, JobType
from jobs.reminders.due import find_due_notifications, find_due_requests
from jobs.reminders.mail.message import reminder_emails
from jobs.reminders.mail.templates import ComposedEmail, MailTemplates
from jobs.reminders.run import run_expiry_notifications
from jobs.request import RunRequest
from tests.jobs.reminders.mail.mail_servers import write_self_signed_certificate

REQUEST = RunRequest(JobType(JobKind.EXPIRY_NOTIFICATION, DATABRICKS), "benchmark")

USERNAME, PASSWORD = "access", "benchmark"


def compare(workspace: Workspace) -> Iterator[Comparison]:
    count = workspace.sizes.smtp_mails
    progress(f"{count:,} mails over SMTP ...")
    file = workspace.folder / "smtp.db"
    create_due_requests(file, count)
    with _mail_server(workspace.folder) as port:
        settings = read_settings(
            database_url=f"sqlite:///{file}",
            email_sender="smtp",
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_username=USERNAME,
            smtp_password=PASSWORD,
        )
        composed = _compose_all(settings)
        asyncio.run(_in_a_loop(composed[:1], settings))  # imports the client library
        bare_seconds = seconds_taken(lambda: asyncio.run(_in_a_loop(composed, settings)))
        session_each_seconds = seconds_taken(lambda: asyncio.run(_a_session_each(composed, settings)))
        run_seconds = seconds_taken(lambda: _run(settings, count))
    what, ours = f"{count:,} mails over SMTP, sent and recorded", show_seconds(run_seconds)
    yield Comparison(
        what,
        ours,
        f"a session for each, {settings.email_max_concurrency} at once: {show_seconds(session_each_seconds)}",
        session_each_seconds / run_seconds,
        Reach(">=", 3),
        "the mail server's own work, on the same cores; with a network's delays, fewer sessions would do even better",
    )
    yield Comparison(
        "  the same",
        ours,
        f"the bare client library in a loop: {show_seconds(bare_seconds)}",
        run_seconds / bare_seconds,
        Reach("<=", 1.3),
    )


def _run(settings: Settings, count: int) -> None:
    with closing(open_app_context(settings)) as context:
        response = run_expiry_notifications(context, REQUEST)
    assert response.notified_count == count, response.message


def _compose_all(settings: Settings) -> list[ComposedEmail]:
    with closing(open_app_context(settings)) as context, context.database.read() as connection:
        ids = find_due_requests(connection, DATABRICKS, settings.run_max_items)
        due = find_due_notifications(connection, DATABRICKS, ids)
    templates = MailTemplates(settings)
    return [templates.compose(email) for email in reminder_emails(due, DATABRICKS, one_for_each_person=False)]


def _message(mail: ComposedEmail, settings: Settings) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.email_from, mail.to, mail.subject
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _session_of(settings: Settings) -> dict[str, Any]:
    return {
        "hostname": settings.smtp_host,
        "port": settings.smtp_port,
        "start_tls": True,
        "tls_context": ssl.create_default_context(),
        "username": USERNAME,
        "password": PASSWORD,
    }


async def _in_a_loop(mails: list[ComposedEmail], settings: Settings) -> None:
    async with aiosmtplib.SMTP(**_session_of(settings)) as client:
        for mail in mails:
            await client.send_message(_message(mail, settings))


async def _a_session_each(mails: list[ComposedEmail], settings: Settings) -> None:
    slots, session = asyncio.Semaphore(settings.email_max_concurrency), _session_of(settings)

    async def send(mail: ComposedEmail) -> None:
        async with slots:
            await aiosmtplib.send(_message(mail, settings), **session)

    await asyncio.gather(*map(send, mails))


@contextmanager
def _mail_server(folder: Path) -> Iterator[int]:
    """Yields the port. Meanwhile, this process trusts the server's certificate."""
    certificate, key = write_self_signed_certificate(folder)
    command = [sys.executable, "-m", __name__, str(certificate), str(key)]
    pipe, silence = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=silence, text=True)
    assert process.stdout
    os.environ["SSL_CERT_FILE"] = str(certificate)
    try:
        yield int(process.stdout.readline())
    finally:
        del os.environ["SSL_CERT_FILE"]
        process.communicate()


def _log_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: LoginPassword) -> AuthResult:
    return AuthResult(success=(login.login, login.password) == (USERNAME.encode(), PASSWORD.encode()), handled=False)


class _Sink:
    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        return "250 OK"


async def serve(certificate: str, key: str) -> None:
    """Serves until the standard input ends."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(_Sink(), loop=loop, tls_context=tls, authenticator=_log_in), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
