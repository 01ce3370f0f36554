"""One mail for each person and run, where EMAIL_DIGEST says so: recorded one by one, failing together."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from access.platforms import Platform
from config.context import AppContext
from config.settings import read_settings
from jobs.reminders.preview import preview_expiry_notifications
from sql.database import Database
from tests.faults import execute, refused_email
from tests.jobs.job_runs import due_now
from tests.jobs.reminders.mail.mail_servers import Inbox, plain_text, smtp_server
from tests.jobs.reminders.mail.runs import remind_all
from tests.jobs.reminders.mail.scripted_smtp import RCPT, Step, scripted_server
from tests.rows import add_requests, reminders, run_of, set_status, today


def add_due_of(database: Database, platform: Platform, *addresses: str) -> list[int | str]:
    """One request for each address, the soonest expiry first."""
    soon = today(database) + timedelta(days=20)
    requests = [{"email": email, "expires_on": soon + timedelta(hours=n)} for n, email in enumerate(addresses)]
    return add_requests(database, platform, requests)


def test_each_person_gets_one_mail_with_all_that_is_due(database: Database, platform: Platform) -> None:
    ids = add_due_of(database, platform, "alice@test.com", "bob@test.com", "Alice@test.com", "alice@test.com")
    inbox = Inbox()
    with smtp_server(inbox) as port:
        response = remind_all(database, port, platform, email_digest=True, email_max_concurrency=1)
    assert inbox.recipients == ["alice@test.com", "bob@test.com"]
    [of_alice] = [message for message in inbox.messages if message["To"] == "alice@test.com"]
    linked = [line.partition(":")[0] for line in plain_text(of_alice).splitlines()]
    assert [f"Request {request_id}" in linked for request_id in ids] == [True, False, True, True]
    assert (response.notified_count, response.left_due_count) == (4, 0)
    assert [reminders(database, platform, request_id) for request_id in ids] == [["30-Day Reminder"]] * 4
    run = run_of(database, str(response.job_id))
    assert (run.total_count, run.processed_count, run.failed_count) == (4, 4, 0)


def test_blanks_around_an_address_do_not_make_another_person(database: Database, platform: Platform) -> None:
    written = ["alice@test.com", " Alice@test.com", "alice@test.com\t", "\u00a0alice@test.com ", "\ufeffalice@test.com"]
    ids = add_due_of(database, platform, *written)
    inbox = Inbox()
    with smtp_server(inbox) as port:
        response = remind_all(database, port, platform, email_digest=True, email_per_hour=2)
        remind_all(database, port, platform, email_digest=True, email_per_hour=2)
    assert (inbox.recipients, response.notified_count) == (["alice@test.com"], 5)
    assert {(item.email or "").casefold() for item in response.notified} == {"alice@test.com"}
    assert [reminders(database, platform, request_id) for request_id in ids] == [["30-Day Reminder"]] * 5


def test_mail_that_has_waited_leaves_out_what_is_no_longer_due(database: Database, platform: Platform) -> None:
    """One a minute: while bob's waits, one of his two requests is revoked."""
    first, second, third = add_due_of(database, platform, "alice@test.com", "bob@test.com", "bob@test.com")

    def revoke_one(step: Step) -> None:
        if step.stage == RCPT and step.recipient == "alice@test.com":
            set_status(database, platform, second, "Revoked")

    with scripted_server(revoke_one) as server:
        response = remind_all(database, server.port, platform, email_digest=True, email_per_minute=1)
    assert server.received == ["alice@test.com", "bob@test.com"]
    assert [str(item.request_id) for item in response.notified] == [str(first), str(third)]
    assert response.message.endswith("1 was no longer due when its turn came.")
    assert reminders(database, platform, second) == []
    run = run_of(database, str(response.job_id))
    assert (run.total_count, run.processed_count) == (2, 2)


def test_reminders_of_a_mail_that_is_refused_fail_together(database: Database, platform: Platform) -> None:
    add_due_of(database, platform, "bob@test.com", "alice@test.com", "bob@test.com")
    with smtp_server(Inbox(refused="bob@test.com")) as port:
        response = remind_all(database, port, platform, email_digest=True)
    assert [item.email for item in response.failed] == ["bob@test.com", "bob@test.com"]
    assert {item.error for item in response.failed} == {"The mail server refused the email: 550 5.1.1 No such mailbox"}
    run = run_of(database, str(response.job_id))
    assert (run.total_count, run.processed_count, run.failed_count) == (3, 1, 2)
    with database.read() as connection:
        query = text("SELECT COUNT(*) FROM JobRunFailure WHERE Email = 'bob@test.com'")
        assert connection.execute(query).scalar_one() == 2
    assert len(due_now(database, platform)) == 2


def test_reminders_of_a_mail_whose_record_is_refused_fail_together(database: Database, platform: Platform) -> None:
    add_due_of(database, platform, "bob@test.com", "alice@test.com", "bob@test.com")
    inbox = Inbox()
    with smtp_server(inbox) as port, refused_email(database, platform, "bob@test.com"):
        response = remind_all(database, port, platform, email_digest=True)
    assert (response.notified_count, response.failed_count, len(inbox.envelopes)) == (1, 2, 2)


@pytest.mark.parametrize("digest", [False, True])
def test_limit_counts_mails(database: Database, platform: Platform, digest: bool) -> None:
    add_due_of(database, platform, *["alice@test.com"] * 3, *["bob@test.com"] * 3)
    inbox = Inbox()
    with smtp_server(inbox) as port:
        response = remind_all(database, port, platform, email_digest=digest, email_per_hour=2)
    assert len(inbox.envelopes) == 2
    assert response.notified_count == (6 if digest else 2)


@pytest.mark.parametrize("digest", [False, True])
def test_preview_shows_the_mail_that_is_sent(database: Database, platform: Platform, digest: bool) -> None:
    add_due_of(database, platform, "alice@test.com", "bob@test.com", "alice@test.com")
    settings = read_settings(email_digest=digest, site_url="https://access.test")
    shown = preview_expiry_notifications(AppContext(settings, database, database), platform).sample_email
    inbox = Inbox()
    with smtp_server(inbox) as port:
        remind_all(
            database, port, platform, email_digest=digest, site_url="https://access.test", email_max_concurrency=1
        )
    first = inbox.messages[0]
    assert shown is not None
    assert (shown.to, shown.subject) == (first["To"], first["Subject"])
    assert shown.text.splitlines() == plain_text(first).splitlines()


def test_same_digest_keeps_its_message_id(database: Database, platform: Platform) -> None:
    add_due_of(database, platform, "bob@test.com", "bob@test.com")
    inbox = Inbox()
    with smtp_server(inbox) as port:
        remind_all(database, port, platform, email_digest=True)
        execute(database, f"DELETE FROM {platform.notifications}")
        remind_all(database, port, platform, email_digest=True)
    first, second = [message["Message-ID"] for message in inbox.messages]
    assert first == second
