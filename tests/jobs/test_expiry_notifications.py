"""Flow 1 on a real database: what is sent, what fails, and what is on record afterwards."""

import asyncio
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError

from access.platforms import Platform
from config.context import AppContext
from config.settings import read_settings
from jobs.expiry_notifications import MAX_FAILURES_NOTED, run_expiry_notifications
from jobs.mail.message import ReminderEmail
from jobs.mail.simulation import FailureSimulation
from jobs.models import ExpiryNotificationsResponse
from sql import database as database_module
from sql.database import Database
from sql.errors import DatabaseUnavailableError
from tests.faults import failing_statements, lost_commit_answers, refused_email
from tests.jobs.runs import SteeredSender, send_reminders
from tests.rows import add_reminder, add_requests, reminders, run_of, today

FIRST = "30-Day Reminder"


def add_due(database: Database, platform: Platform, count: int, days: int = 20) -> list[int | str]:
    """Requests of user 0, 1, 2 ... that are due for their first reminder."""
    expires_on = today(database) + timedelta(days=days)
    return add_requests(
        database, platform, [{"expires_on": expires_on, "email": f"{number}@test.com"} for number in range(count)]
    )


def run(context: AppContext, platform: Platform, **simulation: Any) -> ExpiryNotificationsResponse:
    return run_expiry_notifications(context, platform, triggered_by="test", simulation=FailureSimulation(**simulation))


def recorded(database: Database, platform: Platform) -> dict[str, int]:
    """How many reminders each address has on record."""
    with database.read() as connection:
        rows = connection.execute(
            text(f"SELECT Notified_Email, COUNT(*) FROM {platform.notifications} GROUP BY Notified_Email")
        )
        return {row[0]: row[1] for row in rows}


def emails(items: list[Any]) -> set[str]:
    return {item.email for item in items}


def test_every_send_that_succeeds_is_recorded(context: AppContext, platform: Platform) -> None:
    ids = add_due(context.database, platform, 30)
    response = run(context, platform)
    assert (response.notified_count, response.failed_count, response.left_due_count) == (30, 0, 0)
    assert response.message == "Sent 30 expiry notifications, 0 failed."
    assert {str(item.request_id) for item in response.notified} == {str(request_id) for request_id in ids}
    assert {(item.reminder, item.days_left) for item in response.notified} == {(FIRST, 20)}
    assert [reminders(context.database, platform, request_id) for request_id in ids] == [[FIRST]] * 30
    run_row = run_of(context.database, str(response.job_id))
    assert (run_row.status, run_row.total_count, run_row.processed_count, run_row.failed_count) == (
        "Completed", 30, 30, 0
    )  # fmt: skip


def test_nobody_due_says_so(context: AppContext, platform: Platform) -> None:
    response = run(context, platform)
    assert response.message == "No requests need a notification."
    assert (response.notified_count, response.performance.send_count, response.performance.speed_up) == (0, 0, 1.0)


def test_record_names_address_and_run(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 1)
    response = run(context, platform)
    with context.database.read() as connection:
        record = connection.execute(text(f"SELECT * FROM {platform.notifications}")).mappings().one()
    assert (record["Notified_Email"], str(record["Job_Id"]).lower()) == ("0@test.com", str(response.job_id))


def test_send_that_fails_by_name_fails_alone_and_stays_due(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 20)
    response = run(context, platform, emails=frozenset({"7@test.com", "nobody@test.com"}))
    assert (response.notified_count, response.failed_count) == (19, 1)
    assert [(item.email, item.error) for item in response.failed] == [
        ("7@test.com", "SimulatedFailureError: Simulated failure")
    ]
    assert "7@test.com" not in recorded(context.database, platform)
    run_row = run_of(context.database, str(response.job_id))
    assert (run_row.status, run_row.processed_count, run_row.failed_count) == ("Completed", 19, 1)
    assert run_row.error_message == "1 failed (7@test.com: SimulatedFailureError: Simulated failure)."
    assert emails(run(context, platform).notified) == {"7@test.com"}


def test_sends_that_all_fail_leave_all_due(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, MAX_FAILURES_NOTED + 5)
    addresses = frozenset(f"{number}@test.com" for number in range(MAX_FAILURES_NOTED + 5))
    response = run(context, platform, emails=addresses)
    assert (response.notified_count, response.failed_count) == (0, MAX_FAILURES_NOTED + 5)
    assert recorded(context.database, platform) == {}
    note = run_of(context.database, str(response.job_id)).error_message
    assert note is not None
    assert note.startswith("25 failed (")
    assert note.endswith("and 5 more).")
    assert run(context, platform).notified_count == MAX_FAILURES_NOTED + 5


def test_random_half_fails_and_only_the_other_half_is_recorded(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 200)
    response = run(context, platform, random_half=True)
    assert response.notified_count + response.failed_count == 200
    # 200 tosses of a fair coin leave this range once in ten billion runs
    assert 55 < response.failed_count < 145
    assert recorded(context.database, platform) == dict.fromkeys(emails(response.notified), 1)


def test_send_that_raises_anything_fails_alone(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 5)

    async def act(email: ReminderEmail) -> None:
        if email.to == "3@test.com":
            raise TimeoutError("no answer from the mail server")

    response = send_reminders(context.database, platform, SteeredSender(act))
    assert [(item.email, item.error) for item in response.failed] == [
        ("3@test.com", "TimeoutError: no answer from the mail server")
    ]
    assert len(recorded(context.database, platform)) == 4


def test_record_that_the_database_refuses_fails_alone(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 20)
    with refused_email(context.database, platform, "7@test.com"):
        response = run(context, platform)
    assert (response.notified_count, response.failed_count) == (19, 1)
    assert response.failed[0].email == "7@test.com"
    assert response.failed[0].error.startswith("The mail was sent but could not be recorded: ")
    assert "refused by a trigger" in response.failed[0].error
    assert recorded(context.database, platform) == {f"{number}@test.com": 1 for number in range(20) if number != 7}
    run_row = run_of(context.database, str(response.job_id))
    assert (run_row.processed_count, run_row.failed_count) == (19, 1)


def test_reminder_that_is_on_record_already_counts_as_recorded(context: AppContext, platform: Platform) -> None:
    ids = add_due(context.database, platform, 5)

    async def act(email: ReminderEmail) -> None:
        if email.to == "3@test.com":
            add_reminder(context.database, platform, ids[3], FIRST)

    response = send_reminders(context.database, platform, SteeredSender(act))
    assert (response.notified_count, response.failed_count) == (5, 0)
    assert reminders(context.database, platform, ids[3]) == [FIRST]


@pytest.mark.parametrize("after_commit", [True, False])
def test_records_whose_commit_got_no_answer_are_made_sure_of(
    context: AppContext, platform: Platform, after_commit: bool
) -> None:
    ids = add_due(context.database, platform, 5)
    with ExitStack() as faults:

        async def act(email: ReminderEmail) -> None:
            if email.to == "4@test.com":
                faults.enter_context(lost_commit_answers(context.database, after_commit=after_commit))

        sender = SteeredSender(act)
        response = send_reminders(context.database, platform, sender, heartbeat_seconds=60)
    assert (response.notified_count, response.failed_count) == (5, 0)
    assert len(sender.started) == 5
    assert [reminders(context.database, platform, request_id) for request_id in ids] == [[FIRST]] * 5


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("fragment", "error", "failed"),
    [
        ("SELECT Job_Id FROM", DatabaseUnavailableError("gone"), {"3@test.com"}),
        ("SELECT Job_Id FROM", IntegrityError("", {}, ValueError("odd")), {"3@test.com"}),
        ("Notified_Dt, Job_Id)", OverflowError("too large"), {f"{number}@test.com" for number in range(5)}),
    ],
    ids=["no look for the record", "odd answer", "insert"],
)
def test_recording_that_breaks_unexpectedly_fails_its_sends_and_ends_the_run(
    context: AppContext, platform: Platform, fragment: str, error: Exception, failed: set[str]
) -> None:
    ids = add_due(context.database, platform, 5)

    async def act(email: ReminderEmail) -> None:
        if email.to == "3@test.com":
            add_reminder(context.database, platform, ids[3], FIRST)

    with failing_statements(context.database, fragment, error):
        response = send_reminders(context.database, platform, SteeredSender(act), heartbeat_seconds=60)
    assert emails(response.failed) == failed
    assert response.failed[0].error.startswith("The mail was sent but could not be recorded")


def test_records_of_a_group_are_given_up_together_when_the_database_goes_away(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "RETRY_SECONDS", 0.2)
    add_due(context.database, platform, 10)
    tried: set[str] = set()

    def go_away(_connection: Connection, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        if "INSERT INTO ExpiryNotification" in sql and not many and "0@test.com" not in str(parameters):
            tried.add(str(parameters))
            raise DatabaseUnavailableError("gone")

    with refused_email(context.database, platform, "0@test.com"):
        event.listen(context.database.engine, "before_cursor_execute", go_away)
        response = run(context, platform)
    assert response.failed_count == 10
    assert len(tried) == 1


def test_groups_that_wait_are_given_up_too_when_the_database_goes_away(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr("jobs.notification_recorder.MAX_GROUP_SIZE", 2)
    add_due(context.database, platform, 10)
    tried: set[str] = set()

    def go_away(_connection: Connection, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        if "INSERT INTO ExpiryNotification" in sql:
            tried.add(str(parameters))
            raise DatabaseUnavailableError("gone")

    event.listen(context.database.engine, "before_cursor_execute", go_away)
    assert run(context, platform).failed_count == 10
    assert len(tried) == 1


def test_performance_compares_with_sending_one_after_another(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 40)

    async def act(_email: ReminderEmail) -> None:
        await asyncio.sleep(0.2)

    performance = send_reminders(context.database, platform, SteeredSender(act)).performance
    assert performance.send_count == 40
    assert performance.sequential_seconds >= 40 * 0.19
    assert 0.19 <= performance.elapsed_seconds < performance.sequential_seconds
    assert performance.speed_up == pytest.approx(
        performance.sequential_seconds / performance.elapsed_seconds, abs=0.1, rel=0.01
    )


def test_sender_is_asked_for_no_more_at_once_than_it_bears(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 30)
    under_way: list[int] = []

    async def act(_email: ReminderEmail) -> None:
        under_way.append(len(sender.started) - len(sender.finished))
        await asyncio.sleep(0.005)

    sender = SteeredSender(act, max_concurrency=4)
    assert send_reminders(context.database, platform, sender).notified_count == 30
    assert max(under_way) == 4


def test_ten_thousand_sends_run_at_once_on_a_poolful_of_connections(database_url: str, platform: Platform) -> None:
    database = Database(database_url, pool_size=4)
    settings = read_settings(database_url=database_url, simulated_email_seconds=1)
    add_due(database, platform, 10_000)
    checked_out, most = 0, 0

    def on_checkout(*_: object) -> None:
        nonlocal checked_out, most
        checked_out += 1
        most = max(most, checked_out)

    def on_checkin(*_: object) -> None:
        nonlocal checked_out
        checked_out -= 1

    event.listen(database.engine, "checkout", on_checkout)
    event.listen(database.engine, "checkin", on_checkin)
    response = run_expiry_notifications(AppContext(settings, database), platform, triggered_by="test")
    database.close()
    assert (response.notified_count, response.failed_count) == (10_000, 0)
    assert most <= 4
    assert checked_out == 0
    assert response.performance.sequential_seconds >= 10_000 * 0.99
    assert response.performance.elapsed_seconds < 100
