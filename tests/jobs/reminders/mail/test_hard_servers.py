"""Servers that take few mails a session, few sessions at once, or only full names: everybody gets one mail at once."""

from typing import Any

import pytest

from jobs.reminders.mail.delivery import MAX_FAILURES_IN_A_ROW
from sql.database import Database
from tests.jobs.reminders.mail.runs import PassingClock, add_due_people, remind_all
from tests.jobs.reminders.mail.scripted_smtp import (
    CONTENT,
    DATA,
    DROP,
    EHLO,
    GREETING,
    HANG,
    MAIL,
    RCPT,
    RSET,
    Script,
    Step,
    scripted_server,
)
from tests.jobs.reminders.mail.unfriendly_smtp import (
    all_of,
    full_names_only,
    greylisting,
    mails_a_session,
    mails_at_once,
    new_sessions_a_minute,
    sessions_at_once,
)

pytestmark = pytest.mark.slow


def assert_all_get_one_at_once(database: Database, script: Script, count: int, **settings: Any) -> tuple[int, int]:
    """Nothing fails, and no mail waits for another try. Returns how many sessions began, and how many were open."""
    people, clock = add_due_people(database, count), PassingClock()
    with scripted_server(script) as server:
        server.mail_seconds = 0.01
        response = remind_all(database, server.port, clock=clock, email_timeout_seconds=50, **settings)
    assert (response.notified_count, response.failed, response.left_due_count) == (count, [], 0)
    assert sorted(server.accepted) == sorted(people)
    assert clock.ahead_seconds == 0
    assert response.performance.elapsed_seconds < 50  # a session that never opens is not waited for
    return server.sessions, server.most_open


@pytest.mark.parametrize("stage", [MAIL, RCPT, DATA, CONTENT])
@pytest.mark.parametrize(
    "answer",
    [
        "421 4.7.0 Too many messages in this session",
        "450 4.7.1 Try again",
        "451 Mails per session limit",
        "452 4.4.5 Maximum number of messages per session exceeded.",
        "554 5.7.0 Too many messages in this session",
    ],
)
def test_limit_of_a_session_is_no_refusal_of_the_mail(database: Database, stage: str, answer: str) -> None:
    sessions, _ = assert_all_get_one_at_once(database, mails_a_session(10, stage, answer), 60, email_max_concurrency=2)
    assert sessions <= 8


@pytest.mark.parametrize("stage", [MAIL, RCPT, RSET])
@pytest.mark.parametrize("mails", [1, 10])
def test_server_that_breaks_off_after_some_mails_gets_the_rest_on_new_sessions(
    database: Database, stage: str, mails: int
) -> None:
    sessions, _ = assert_all_get_one_at_once(database, mails_a_session(mails, stage, DROP), 40, email_max_concurrency=3)
    assert sessions <= 40 / mails + 3


@pytest.mark.parametrize("stage", [MAIL, CONTENT])
def test_server_that_takes_one_mail_a_session_gets_a_session_for_each(database: Database, stage: str) -> None:
    script = mails_a_session(1, stage, "451 4.3.0 One mail at a time")
    sessions, _ = assert_all_get_one_at_once(database, script, 30)
    assert 30 <= sessions <= 40


@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        (GREETING, "421 4.7.0 Too many concurrent SMTP connections from this client; please try again later."),
        (GREETING, "554 5.7.0 Go away"),
        (GREETING, DROP),
        (GREETING, HANG),
        (EHLO, "421 Too many connections"),
        (EHLO, "454 4.7.0 Try later"),
        (MAIL, "421 4.7.0 Try again later"),
        (MAIL, "450 4.7.1 Try again later"),
        (RCPT, "451 4.7.1 Too many connections from your address"),
        (RCPT, "451 4.3.0 Try again later"),
        (MAIL, DROP),
        (DATA, "454 Too many sessions"),
        (CONTENT, "432 4.3.2 Concurrent connections limit exceeded."),
        (CONTENT, "421 4.3.2 Try again later"),
    ],
)
def test_server_that_takes_few_sessions_gets_few(database: Database, most: int, stage: str, answer: str) -> None:
    sessions, _ = assert_all_get_one_at_once(database, sessions_at_once(lambda: most, stage, answer), 80)
    assert sessions <= 30  # most of the others were opened before the first was refused


def test_server_that_takes_few_mails_at_once_gets_few(database: Database) -> None:
    script = mails_at_once(3, "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded")
    sessions, _ = assert_all_get_one_at_once(database, script, 80)
    assert sessions <= 30


@pytest.mark.parametrize("stage", [GREETING, MAIL])
def test_limit_that_falls_to_one_during_the_run_costs_no_mail(database: Database, stage: str) -> None:
    script = sessions_at_once(lambda: 1 if len(server.accepted) > 20 else 8, stage, "421 4.7.0 Too many connections")
    people, clock = add_due_people(database, 80), PassingClock()
    with scripted_server(all_of(mails_a_session(5, MAIL, "451 Enough"), script)) as server:
        server.mail_seconds = 0.005
        response = remind_all(database, server.port, clock=clock)
    assert (response.notified_count, response.failed) == (80, [])
    assert sorted(server.accepted) == sorted(people)


def test_few_sessions_with_few_mails_each_send_all(database: Database) -> None:
    refused = sessions_at_once(lambda: 3, GREETING, "421 4.7.0 Too many")
    script = all_of(mails_a_session(5, MAIL, "452 4.5.3 Too many mails"), refused)
    sessions, most_open = assert_all_get_one_at_once(database, script, 60)
    assert sessions <= 25
    assert most_open <= 7


def test_few_new_sessions_a_minute_send_all(database: Database) -> None:
    people, clock = add_due_people(database, 60), PassingClock()
    refused = new_sessions_a_minute(4, clock, GREETING, "421 4.7.0 Too many new connections")
    with scripted_server(all_of(mails_a_session(5, MAIL, "451 Enough"), refused)) as server:
        response = remind_all(database, server.port, clock=clock)
    assert (response.notified_count, response.failed) == (60, [])
    assert sorted(server.accepted) == sorted(people)


NAME_REFUSED = "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname"


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        (EHLO, "501 Syntactically invalid EHLO argument(s)"),
        (MAIL, "550 5.7.1 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)"),
        (RCPT, NAME_REFUSED),
        (RCPT, "450 4.7.1 <localhost>: Helo command rejected: Host not found"),
        (RCPT, "553 5.7.1 <access@test.com>: Sender address rejected: not owned by user"),
        (DATA, "554 5.7.1 Client host [127.0.0.1] blocked using zen.test"),
    ],
)
def test_refusal_of_the_app_itself_ends_the_sending_after_a_few(database: Database, stage: str, answer: str) -> None:
    add_due_people(database, 60)
    with scripted_server(lambda step: answer if step.stage == stage else None) as server:
        response = remind_all(database, server.port, email_max_concurrency=4)
    assert MAX_FAILURES_IN_A_ROW <= response.failed_count < MAX_FAILURES_IN_A_ROW + 4
    assert response.left_due_count == 60 - response.failed_count


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"email_from": "access@apps.contoso.com"}, "apps.contoso.com"),
        ({"email_from": "access@bücher.test"}, "xn--bcher-kva.test"),
        ({"email_from": "access@localhost", "site_url": "https://access.contoso.com:8443"}, "access.contoso.com"),
        ({"email_from": "access@localhost", "site_url": "http://[2001:db8::1]/"}, "[IPv6:2001:db8::1]"),
        ({"email_from": "access@test.com", "smtp_ehlo_name": "relay.contoso.com"}, "relay.contoso.com"),
        ({"email_from": "access@test.com", "smtp_ehlo_name": "192.0.2.1"}, "[192.0.2.1]"),
    ],
)
def test_server_is_told_a_full_name(database: Database, settings: dict[str, Any], name: str) -> None:
    add_due_people(database, 2)
    with scripted_server(full_names_only(RCPT, NAME_REFUSED)) as server:
        response = remind_all(database, server.port, **settings)
    assert (response.notified_count, response.failed) == (2, [])
    assert {step.argument for step in server.steps if step.stage == EHLO} == {name}


def test_refusal_of_one_mail_reduces_no_sessions(database: Database) -> None:
    """Greylisted mails are refused in new sessions and in others."""
    people, clock = add_due_people(database, 60), PassingClock()
    with scripted_server(greylisting(60, clock, lambda address: address in people[::3])) as server:
        server.mail_seconds = 0.01
        response = remind_all(database, server.port, clock=clock, email_max_concurrency=10)
    assert (response.notified_count, response.failed) == (60, [])
    assert server.most_open >= 10


@pytest.mark.parametrize(
    ("answer", "is_put_off"),
    [
        ("450 4.2.0 <helo@test.com>: Greylisted", True),
        ("450 4.1.8 <access@test.com>: Sender address rejected: Domain not found", True),
        ("450 4.7.25 Client host rejected: cannot find your reverse hostname", True),
        ("504 5.5.2 <person0>: Recipient address rejected: need fully-qualified address", False),
        ("550 5.1.1 <ehlo@test.com>: Recipient address rejected: User unknown", False),
        ("552 5.2.2 Mailbox size limit exceeded", False),
        ("554 5.7.1 Too much spam in this message", False),
    ],
)
def test_refusal_of_one_mail_says_nothing_about_the_service(database: Database, answer: str, is_put_off: bool) -> None:
    people = add_due_people(database, MAX_FAILURES_IN_A_ROW + 10)
    refused = people[:-1]

    def script(step: Step) -> str | None:
        return answer if step.stage == RCPT and step.recipient in refused else None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, budget_seconds=4, email_max_concurrency=2)
    assert server.accepted == people[-1:]
    counts = (response.failed_count, response.left_due_count)
    assert counts == ((0, len(refused)) if is_put_off else (len(refused), 0))
