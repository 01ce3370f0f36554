"""What a mail server can do wrong: who gets how many mails, what is on record, and when the run ends."""

import socket
import time
from collections.abc import Iterator

import pytest

from access.platforms import DATABRICKS
from jobs.job_types import JobKind, JobType
from jobs.reminders.mail.delivery import MAX_FAILURES_IN_A_ROW, MAX_PAUSES_FOR_ONE
from jobs.reminders.mail.smtp import IN_DOUBT
from sql.database import Database
from tests.faults import after_statement, execute
from tests.jobs.job_runs import cancel_active, due_now
from tests.jobs.reminders.mail.runs import HEARTBEAT_SECONDS, PassingClock, add_due_people, remind_all
from tests.jobs.reminders.mail.scripted_smtp import (
    CONTENT,
    DATA,
    DROP,
    EHLO,
    GREETING,
    HANG,
    MAIL,
    QUIT,
    RCPT,
    RSET,
    Step,
    scripted_server,
)
from tests.ports import closed_port
from tests.rows import note_of, run_of

pytestmark = pytest.mark.slow

# A test fails by this, and not by a duration that a busy machine stretches.
PATIENCE_SECONDS = 60
REMIND = JobType(JobKind.EXPIRY_NOTIFICATION, DATABRICKS)


def recorded(database: Database) -> set[str]:
    """Who is no longer due for the first reminder."""
    due = {due.email for due in due_now(database, DATABRICKS) if due.reminder == "30-Day Reminder"}
    return {f"person{number}@test.com" for number in range(100)} - due


def test_mail_is_sent_at_the_250_after_data_although_the_server_never_answers_quit(database: Database) -> None:
    people = add_due_people(database, 20)
    with scripted_server(lambda step: HANG if step.stage == QUIT else None) as server:
        response = remind_all(database, server.port, email_max_concurrency=4, email_timeout_seconds=50)
    assert (response.notified_count, response.failed) == (20, [])
    assert sorted(server.received) == sorted(people)
    assert response.performance.elapsed_seconds < 50


def test_sessions_are_few_and_each_sends_many_mails(database: Database) -> None:
    add_due_people(database, 40)
    with scripted_server() as server:
        assert remind_all(database, server.port, email_max_concurrency=3).notified_count == 40
    assert server.sessions <= 3
    assert server.stages.count(RSET) == 40 - server.sessions
    assert server.stages.count(QUIT) == server.sessions


def test_recipient_that_is_refused_does_not_cost_the_session(database: Database) -> None:
    add_due_people(database, 5)

    def script(step: Step) -> str | None:
        return "550 5.1.1 No such mailbox" if step.stage == RCPT and step.recipient == "person2@test.com" else None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, email_max_concurrency=1)
    assert [(item.email, item.error) for item in response.failed] == [
        ("person2@test.com", "The mail server refused the email: 550 5.1.1 No such mailbox")
    ]
    assert (response.notified_count, server.sessions) == (4, 1)


@pytest.mark.parametrize("answer", ["421 4.7.0 <person0@test.com> is busy", "535 access@test.com may not send"])
def test_run_that_its_server_stops_keeps_no_address_in_its_note(database: Database, answer: str) -> None:
    """Addresses stand in the table of failures alone."""
    add_due_people(database, MAX_FAILURES_IN_A_ROW + 1)
    stage = RCPT if answer.startswith("421") else GREETING
    with scripted_server(lambda step: answer if step.stage == stage else None) as server:
        response = remind_all(database, server.port, budget_seconds=10, email_max_concurrency=1)
    note = str(note_of(run_of(database, str(response.job_id))))
    assert answer[:3] in note
    assert "@" not in note


@pytest.mark.parametrize("stage", [GREETING, EHLO, MAIL, RCPT, DATA, CONTENT])
def test_server_that_falls_silent_fails_one_mail_in_time_and_is_left_at_once(database: Database, stage: str) -> None:
    people = add_due_people(database, 4)
    silent: list[Step] = []

    def script(step: Step) -> str | None:
        if step.stage == stage and not silent:
            silent.append(step)
            return HANG
        return None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, email_max_concurrency=1, email_timeout_seconds=0.5)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while server.open_sessions and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.open_sessions == 0
    assert [item.error for item in response.failed] == ["The mail was not accepted within 0.5 seconds."]
    assert response.notified_count == 3
    failed = [item.email for item in response.failed]
    assert sorted(server.received) == sorted(people if stage == CONTENT else set(people) - set(failed))
    assert recorded(database) >= set(people) - set(failed)


@pytest.mark.slow
def test_server_that_is_silent_to_everybody_does_not_keep_the_run_beyond_its_deadline(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.runs.held_run.PERFORM_TAIL_SECONDS", 1)
    add_due_people(database, 60)
    seconds_to_plan = 1 if database.engine.dialect.name == "sqlite" else 8
    started = time.monotonic()
    with scripted_server(lambda step: HANG if step.stage == CONTENT else None) as server:
        response = remind_all(
            database, server.port, budget_seconds=seconds_to_plan, email_max_concurrency=5, email_timeout_seconds=50
        )
    assert time.monotonic() - started < 50
    assert (response.notified_count, response.failed_count, response.left_due_count) == (0, 5, 55)
    assert len(server.received) == 5


def test_session_that_breaks_before_the_mail_is_taken_is_replaced_and_the_mail_sent_once(database: Database) -> None:
    people = add_due_people(database, 6)
    dropped: list[str] = []

    def script(step: Step) -> str | None:
        if step.stage == RCPT and step.recipient in people[::2] and step.recipient not in dropped:
            dropped.append(step.recipient)
            return DROP
        return None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, email_max_concurrency=1)
    assert (response.notified_count, response.failed) == (6, [])
    assert sorted(server.received) == sorted(people)


def test_session_that_breaks_while_idle_costs_no_mail(database: Database) -> None:
    people = add_due_people(database, 4)
    with scripted_server(lambda step: DROP if step.stage == RSET else None) as server:
        response = remind_all(database, server.port, email_max_concurrency=1)
    assert (response.notified_count, sorted(server.received)) == (4, sorted(people))
    assert server.sessions == 4


def test_idle_sessions_that_were_dropped_in_silence_cost_no_mail(database: Database) -> None:
    """As a network does to what idles while greylisted mails wait. One that is silent tells of all."""
    people = add_due_people(database, 3)
    greylisted: set[str] = set()

    def script(step: Step) -> str | None:
        if step.stage == RCPT and step.recipient not in greylisted:
            greylisted.add(step.recipient)
            return "450 4.2.0 Greylisted, come back later"
        return HANG if step.stage == RSET and step.session <= 3 else None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, email_max_concurrency=6, email_timeout_seconds=2)
    assert (response.notified_count, response.failed) == (3, [])
    assert sorted(server.received) == sorted(people)


def test_mail_in_doubt_is_not_sent_a_second_time_in_the_run(database: Database) -> None:
    people = add_due_people(database, 3)

    def script(step: Step) -> str | None:
        return DROP if step.stage == CONTENT and step.recipient == people[1] else None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, email_max_concurrency=1)
    assert [(item.email, item.error) for item in response.failed] == [(people[1], IN_DOUBT)]
    assert sorted(server.received) == sorted(people)


def test_mail_that_is_greylisted_is_sent_later_in_the_run(database: Database) -> None:
    people, clock = add_due_people(database, 12), PassingClock()
    first_tried: dict[str, float] = {}

    def script(step: Step) -> str | None:
        if step.stage != RCPT or step.recipient not in people[:4]:
            return None
        since = clock() - first_tried.setdefault(step.recipient, clock())
        return "450 4.7.1 Greylisted, come back in 5 minutes" if since < 300 else None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, clock=clock, email_max_concurrency=8)
    assert (response.notified_count, response.failed) == (12, [])
    assert sorted(server.received) == sorted(people)


def test_mail_that_waits_is_not_tried_again_once_its_request_was_revoked(database: Database) -> None:
    waiting, _ = add_due_people(database, 2)
    status = DATABRICKS.columns["status"]
    revoke = f"UPDATE {DATABRICKS.requests} SET {status} = 'Revoked' WHERE requested_by_email = '{waiting}'"

    def script(step: Step) -> str | None:
        if step.stage != RCPT or step.recipient != waiting:
            return None
        execute(database, revoke)
        return "450 4.2.0 Come back later"

    with scripted_server(script) as server:
        response = remind_all(database, server.port)
    assert sum(step.stage == RCPT and step.recipient == waiting for step in server.steps) == 1
    assert (response.notified_count, response.failed_count, response.left_due_count) == (1, 0, 0)
    assert "1 was no longer due when its turn came." in response.message


def test_mail_that_has_waited_is_not_sent_once_its_request_was_extended(database: Database) -> None:
    """For its turn at one a minute: it was never tried, when its person did what it would have asked for."""
    people = add_due_people(database, 3)
    status = DATABRICKS.columns["status"]
    extend = f"UPDATE {DATABRICKS.requests} SET {status} = 'Extended' WHERE requested_by_email = '{people[1]}'"

    def script(step: Step) -> None:
        if step.stage == RCPT and step.recipient == people[0]:
            execute(database, extend)

    clock = PassingClock()
    with scripted_server(script) as server:
        response = remind_all(database, server.port, clock=clock, email_per_minute=1)
    assert server.received == [people[0], people[2]]
    assert clock.ahead_seconds < 2 * 60  # what was not tried counts for no limit
    assert (response.notified_count, response.failed_count, response.left_due_count) == (2, 0, 0)
    assert response.message.endswith("1 was no longer due when its turn came.")


def test_mail_is_not_sent_once_its_run_was_cancelled_while_the_database_was_asked(database: Database) -> None:
    people = add_due_people(database, 2)

    def cancel() -> None:
        cancel_active(database, REMIND)
        time.sleep(5 * HEARTBEAT_SECONDS)

    # after the look of the plan: that of the mail that has waited for its turn
    with scripted_server() as server, after_statement(database, "AS was_sent", cancel, skip=1):
        response = remind_all(database, server.port, email_per_minute=1)
    assert server.received == people[:1]
    assert (response.notified_count, response.failed_count, response.left_due_count) == (1, 0, 1)
    assert response.message.endswith("1 was left due: the run was cancelled.")


def test_mail_that_is_refused_for_now_to_the_end_of_the_run_stays_due_with_the_servers_words(
    database: Database,
) -> None:
    people = add_due_people(database, 3)

    def script(step: Step) -> str | None:
        return "452 4.2.2 Mailbox full" if step.stage == RCPT and step.recipient == people[0] else None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, email_max_concurrency=2)
    assert (response.failed, response.left_due_count) == ([], 1)
    assert response.message.endswith("1 was left due: the mail server refused the email: 452 4.2.2 Mailbox full.")
    assert sorted(server.received) == people[1:]
    tries = [step for step in server.steps if step.stage == RCPT and step.recipient == people[0]]
    assert 5 <= len(tries) <= 10  # after 5, 25, 105 and 425 seconds, on up to two sessions each


def test_mail_whose_next_try_comes_after_the_budget_stays_due_at_once(database: Database) -> None:
    add_due_people(database, 1)
    clock = PassingClock()
    with scripted_server(lambda step: "451 4.3.0 Later" if step.stage == MAIL else None) as server:
        response = remind_all(database, server.port, clock=clock, budget_seconds=30)
    assert (response.failed, response.left_due_count) == ([], 1)
    assert server.stages.count(MAIL) == 3  # at once, after 5 and after 20 seconds
    assert clock.ahead_seconds < 30


def test_those_that_wait_for_another_try_keep_no_one_from_their_turn(database: Database) -> None:
    people, clock = add_due_people(database, 40), PassingClock()
    accepted_at: list[float] = []

    def script(step: Step) -> str | None:
        if step.stage == CONTENT:
            accepted_at.append(clock.ahead_seconds)
        return "450 Later" if step.stage == RCPT and step.recipient in people[:20] else None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, clock=clock, email_max_concurrency=4)
    assert sorted(server.received) == sorted(people[20:])
    assert (response.failed_count, response.left_due_count) == (0, 20)
    assert max(accepted_at) == 0


@pytest.mark.parametrize("stage", [GREETING, MAIL, CONTENT])
def test_421_pauses_all_sending_and_then_everybody_gets_their_mail(database: Database, stage: str) -> None:
    people, clock = add_due_people(database, 10), PassingClock()
    busy_until: list[float] = []
    tried_while_busy: list[float] = []

    def script(step: Step) -> str | None:
        if step.stage != stage:
            return None
        busy_until[:] = busy_until or [clock() + 40]
        if clock() >= busy_until[0]:
            return None
        tried_while_busy.append(clock())
        return "421 4.7.0 Too much mail"

    with scripted_server(script) as server:
        response = remind_all(database, server.port, clock=clock, email_max_concurrency=2)
    assert (response.notified_count, response.failed) == (10, [])
    assert set(server.received) == set(people)
    assert len(tried_while_busy) <= 6  # two sessions and a new one, at once and after the first pause


def test_421_for_one_recipient_puts_off_that_mail_alone(database: Database) -> None:
    """The limit spreads the mails of the others, so that some are accepted after each pause."""
    people = add_due_people(database, 30)
    tries: list[str] = []

    def script(step: Step) -> str | None:
        if step.stage == RCPT and step.recipient == people[0]:
            tries.append(step.recipient)
            return "421 4.7.0 Too many messages for this mailbox"
        return None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, email_max_concurrency=4, email_per_minute=5)
    assert (response.failed, response.left_due_count) == ([], 1)
    assert sorted(server.received) == sorted(people[1:])
    assert MAX_PAUSES_FOR_ONE <= len(tries) <= 40


def test_421_beyond_the_deadline_ends_the_sending_and_leaves_the_rest_due(database: Database) -> None:
    people = add_due_people(database, 10)
    taken: list[str] = []

    def script(step: Step) -> str | None:
        if step.stage == MAIL and len(taken) >= 3:
            return "421 4.7.0 Too much mail"
        if step.stage == CONTENT:
            taken.append(step.recipient)
        return None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, email_max_concurrency=1, budget_seconds=200)
    assert (response.notified_count, response.failed_count, response.left_due_count) == (3, 0, 7)
    reason = "7 were left due: the mail server refused the email: 421 4.7.0 Too much mail."
    assert note_of(run_of(database, str(response.job_id))) == reason
    assert sorted(server.received) == people[:3]


def test_connection_that_is_refused_ends_the_sending_after_a_few(database: Database) -> None:
    add_due_people(database, 60)
    response = remind_all(database, closed_port(), email_max_concurrency=4)
    assert response.notified_count == 0
    assert MAX_FAILURES_IN_A_ROW <= response.failed_count < MAX_FAILURES_IN_A_ROW + 4
    assert response.left_due_count == 60 - response.failed_count
    reason = "the last tries failed (the mail server could not be reached, or broke off)."
    assert response.message.endswith(f"{response.left_due_count} were left due: {reason}")


def test_server_that_answers_in_between_keeps_the_sending_going(database: Database) -> None:
    people = add_due_people(database, 60)

    def script(step: Step) -> str | None:
        return DROP if step.stage == GREETING and step.session % 10 else None

    with scripted_server(script) as server:
        # every mail wants a session of its own, of which each tenth opens
        response = remind_all(database, server.port, email_max_concurrency=1, smtp_security="none")
    assert response.left_due_count == 0
    assert response.notified_count == len(server.received) == 60 - response.failed_count
    assert set(server.received) <= set(people)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that lets itself be called and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_server_that_never_says_a_word_ends_the_sending_after_a_few(database: Database, silent_port: int) -> None:
    add_due_people(database, 60)
    response = remind_all(database, silent_port, email_max_concurrency=4, email_timeout_seconds=0.2)
    assert 20 <= response.failed_count < 24
    assert response.left_due_count == 60 - response.failed_count
    assert {item.error for item in response.failed} == {"The mail was not accepted within 0.2 seconds."}
