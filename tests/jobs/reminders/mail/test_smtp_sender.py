"""Reminders over SMTP, against a real server."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from access.platforms import Platform
from jobs.reminders.mail.smtp import NO_SMTPUTF8
from sql.database import Database
from tests.jobs.reminders.mail.mail_servers import Inbox, part, plain_text, self_signed_certificate, smtp_server
from tests.jobs.reminders.mail.runs import add_due, remind_all
from tests.ports import closed_port
from tests.rows import reminders, run_of, today


def test_mail_says_who_what_and_when(database: Database, platform: Platform) -> None:
    request_id = add_due(database, platform, business_reason="Report")
    inbox = Inbox()
    with smtp_server(inbox) as port:
        assert remind_all(database, port, platform).notified_count == 1
    (envelope,) = inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("access@test.com", ["alice@test.com"])
    (message,) = inbox.messages
    assert (message["From"], message["To"]) == ("access@test.com", "alice@test.com")
    assert message["Subject"] == f"Your {platform.title} access expires in 3 days"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]
    text = plain_text(message)
    when = today(database) + timedelta(days=3, hours=12)
    for words in (f"{when:%Y-%m-%d %H:%M} UTC", str(request_id), platform.title):
        assert words in text


def test_same_reminder_keeps_its_message_id(database: Database, platform: Platform) -> None:
    """A mail that is repeated after a crash can be told from a second reminder."""
    request_id = add_due(database, platform)
    inbox = Inbox(refused="alice@test.com")
    with smtp_server(inbox) as port:
        assert remind_all(database, port, platform).failed_count == 1
    inbox = Inbox()
    with smtp_server(inbox) as port:
        for _ in range(2):
            remind_all(database, port, platform)
    assert [message["Message-ID"] for message in inbox.messages] == [
        f"<{platform.key}-{request_id}-30-Day@test.com>",
        f"<{platform.key}-{request_id}-7-Day@test.com>",
    ]


def test_refused_recipient_fails_alone(database: Database, platform: Platform) -> None:
    ids = [add_due(database, platform, email=f"{name}@test.com") for name in ("alice", "bob", "carol")]
    inbox = Inbox(refused="bob@test.com")
    with smtp_server(inbox) as port:
        response = remind_all(database, port, platform)
    assert inbox.recipients == ["alice@test.com", "carol@test.com"]
    ((email, error),) = [(item.email, item.error) for item in response.failed]
    assert email == "bob@test.com"
    assert error == "The mail server refused the email: 550 5.1.1 No such mailbox"
    assert [len(reminders(database, platform, request_id)) for request_id in ids] == [1, 0, 1]
    run = run_of(database, str(response.job_id))
    assert (run.status, run.processed_count, run.failed_count) == ("Completed", 2, 1)


@pytest.mark.parametrize(
    "email",
    [
        "alice@test.com, bob@test.com",
        "alice@test.com\nBcc: bob@test.com",
        "alice@test.com\r\nDATA",
        "",
        "Alice <alice@test.com>, <bob@test.com>",
        "=?utf-8?q?alice=40test.com=2Cbob?=@test.com",
    ],
)
def test_address_that_is_no_single_address_fails_alone(database: Database, email: str) -> None:
    add_due(database, email=email)
    add_due(database, email="carol@test.com")
    inbox = Inbox()
    with smtp_server(inbox) as port:
        response = remind_all(database, port)
    assert (response.notified_count, response.failed_count) == (1, 1)
    assert inbox.recipients == ["carol@test.com"]


def test_text_beyond_ascii_arrives(database: Database) -> None:
    add_due(database, email="jürgen@test.com", catalog_name="Größe 表")
    inbox = Inbox()
    with smtp_server(inbox) as port:
        assert remind_all(database, port).failed == []
    assert inbox.recipients == ["jürgen@test.com"]
    assert "Größe 表" in plain_text(inbox.messages[0])


def test_address_beyond_ascii_fails_clearly_where_the_server_does_not_take_it(database: Database) -> None:
    add_due(database, email="jürgen@test.com")
    add_due(database, email="carol@test.com")
    inbox = Inbox()
    with smtp_server(inbox, enable_SMTPUTF8=False) as port:
        response = remind_all(database, port)
    assert [(item.email, item.error) for item in response.failed] == [("jürgen@test.com", NO_SMTPUTF8)]
    assert inbox.recipients == ["carol@test.com"]


def test_domain_beyond_ascii_is_sent_as_dns_knows_it(database: Database) -> None:
    add_due(database, email="alice@Bücher.test")
    inbox = Inbox()
    with smtp_server(inbox, enable_SMTPUTF8=False) as port:
        assert remind_all(database, port).failed == []
    assert inbox.recipients == ["alice@xn--bcher-kva.test"]
    assert inbox.messages[0]["To"] == "alice@xn--bcher-kva.test"


def test_own_domain_beyond_ascii_is_sent_as_dns_knows_it(database: Database) -> None:
    add_due(database)
    inbox = Inbox()
    with smtp_server(inbox, enable_SMTPUTF8=False) as port:
        response = remind_all(database, port, email_from="access@bücher.test", email_reply_to="team@bücher.test")
    assert response.failed == []
    [message] = inbox.messages
    assert (message["From"], message["Reply-To"]) == ("access@xn--bcher-kva.test", "team@xn--bcher-kva.test")


def test_mail_has_text_html_a_link_and_a_reply_to(database: Database, platform: Platform) -> None:
    request_id = add_due(database, platform)
    inbox = Inbox()
    with smtp_server(inbox) as port:
        remind_all(database, port, platform, email_reply_to="team@test.com", site_url="https://access.test")
    [message] = inbox.messages
    link = f"https://access.test/{platform.key}/requests/{request_id}"
    assert link in plain_text(message)
    assert f'href="{link}"' in part(message, "html")
    assert message["Reply-To"] == "team@test.com"


def test_no_field_of_a_request_becomes_a_header(database: Database, tmp_path: Path) -> None:
    (tmp_path / "subject.txt").write_text("{{ reminders[0].resource }}")
    add_due(database, catalog_name="sales\r\nBcc: eve@test.com\r\n\r\nbody")
    inbox = Inbox()
    with smtp_server(inbox) as port:
        assert remind_all(database, port, email_templates=str(tmp_path)).failed == []
    [message] = inbox.messages
    assert message["Bcc"] is None
    assert message["Subject"].startswith("sales Bcc: eve@test.com body")
    assert inbox.recipients == ["alice@test.com"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("trusted", [True, False])
def test_mail_goes_only_to_a_server_whose_certificate_is_trusted(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str, trusted: bool
) -> None:
    add_due(database)
    certificate, server_context = self_signed_certificate(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    options: dict[str, Any] = {"implicit_tls": server_context} if security == "tls" else {"tls_context": server_context}
    inbox = Inbox()
    with smtp_server(inbox, **options) as port:
        response = remind_all(database, port, smtp_security=security)
    assert (response.notified_count, len(inbox.envelopes)) == ((1, 1) if trusted else (0, 0))
    if not trusted:
        assert response.failed[0].error == "The mail server's certificate is not trusted."


def test_starttls_does_not_fall_back_to_plain_text(database: Database) -> None:
    add_due(database)
    inbox = Inbox()
    with smtp_server(inbox) as port:
        response = remind_all(database, port, smtp_security="starttls")
    assert (response.failed_count, inbox.envelopes) == (1, [])


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("password", "sent"), [("right", 1), ("wrong", 0), (None, 0)])
def test_login_is_made_with_the_settings(database: Database, password: str | None, sent: int) -> None:
    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"alice", b"right"), handled=False)

    add_due(database)
    inbox = Inbox()
    login: dict[str, Any] = {"smtp_username": "alice", "smtp_password": password} if password else {}
    with smtp_server(inbox, authenticator=authenticate, auth_required=True, auth_require_tls=False) as port:
        response = remind_all(database, port, **login)
    assert (response.notified_count, len(inbox.envelopes)) == (sent, sent)


def test_server_that_is_down_leaves_everything_due(database: Database, platform: Platform) -> None:
    ids = [add_due(database, platform) for _ in range(3)]
    response = remind_all(database, closed_port(), platform)
    assert (response.notified_count, response.failed_count) == (0, 3)
    assert [reminders(database, platform, request_id) for request_id in ids] == [[], [], []]


class CrowdedInbox(Inbox):
    """Holds the first mails back until as many are under way at once as may be."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self._crowded: asyncio.Event | None = None
        self.under_way = 0
        self.peak = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        self._crowded = self._crowded or asyncio.Event()
        self.under_way += 1
        self.peak = max(self.peak, self.under_way)
        if self.under_way == self._limit:
            self._crowded.set()
        await asyncio.wait_for(self._crowded.wait(), 60)
        await asyncio.sleep(0.01)
        self.under_way -= 1
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.parametrize("limit", [1, 3])
def test_as_many_mails_as_allowed_are_under_way_at_once(database: Database, limit: int) -> None:
    for n in range(10):
        add_due(database, email=f"user{n}@test.com")
    inbox = CrowdedInbox(limit)
    with smtp_server(inbox) as port:
        response = remind_all(database, port, email_max_concurrency=limit)
    assert (response.notified_count, inbox.peak) == (10, limit)
