"""Flow 1 on a real database: what is sent, what fails, and what is on record afterwards."""

import asyncio
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, NoReturn
from uuid import UUID

import pytest
from sqlalchemy import event, text

from access.platforms import Platform
from config.context import AppContext
from config.settings import Settings, read_settings
from jobs.models import ExpiryNotificationsResponse
from jobs.reminders.due import NOTHING_DUE
from jobs.reminders.mail.message import ReminderEmail
from jobs.reminders.run import NO_ADDRESS, SENT_NOT_RECORDED, run_expiry_notifications
from jobs.request import FailureSimulation
from jobs.run_records.job_run_helper import JobRun
from jobs.runs.engine import CUT_OFF
from jobs.runs.errors import JobFailedError
from sql.database import Database
from sql.errors import DatabaseUnavailableError
from tests.faults import failing_statements, lost_commit_answers, refused_email, statements_seen, take_address
from tests.jobs.job_runs import BUDGET_SECONDS, SteeredSender, send_reminders
from tests.jobs.run_requests import reminder_run
from tests.rows import add_reminder, add_requests, age_heartbeat, note_of, recent_runs, reminders, run_of, today

FIRST = "30-Day Reminder"


def add_due(database: Database, platform: Platform, count: int, days: int = 20) -> list[int | str]:
    """Requests of user 0, 1, 2 ... in this order, that are due for their first reminder."""
    expires_on = today(database) + timedelta(days=days)
    return add_requests(
        database,
        platform,
        [
            {"expires_on": expires_on + timedelta(seconds=number), "email": f"{number}@test.com"}
            for number in range(count)
        ],
    )


def run(context: AppContext, platform: Platform, **simulation: Any) -> ExpiryNotificationsResponse:
    return run_expiry_notifications(context, reminder_run(platform, simulation=FailureSimulation(**simulation)))


def recorded(database: Database, platform: Platform) -> dict[str, int]:
    """How many reminders each address has on record."""
    with database.read() as connection:
        rows = connection.execute(
            text(f"SELECT Notified_Email, COUNT(*) FROM {platform.notifications} GROUP BY Notified_Email")
        )
        return {row[0]: row[1] for row in rows}


def emails(items: list[Any]) -> set[str]:
    return {item.email for item in items}


def run_failures(database: Database, job_id: UUID) -> list[tuple[str, str, str | None, str]]:
    """What JobRunFailure holds of a run, by address."""
    query = "SELECT Request_Id, Attempted, Email, Error_Message FROM JobRunFailure WHERE Job_Id = :id"
    with database.read() as connection:
        rows = connection.execute(text(query), {"id": str(job_id)}).all()
    return sorted((row[0].lower(), row[1], row[2], row[3]) for row in rows)


def only_run(database: Database) -> JobRun:
    with database.connect() as connection:
        [only] = recent_runs(connection, 2)
    return only


async def accept(_email: ReminderEmail) -> None:
    """Takes every mail at once."""


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


def test_sender_is_not_opened_when_nobody_is_due(context: AppContext, platform: Platform) -> None:
    def open_sender(_settings: Settings, _simulation: FailureSimulation) -> NoReturn:
        raise AssertionError("opened for nothing")

    response = run_expiry_notifications(context, reminder_run(platform), open_sender=open_sender)
    assert response.message == NOTHING_DUE


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
    assert [(item.email, item.error) for item in response.failed] == [("7@test.com", "Simulated failure.")]
    assert "7@test.com" not in recorded(context.database, platform)
    run_row = run_of(context.database, str(response.job_id))
    assert (run_row.status, run_row.processed_count, run_row.failed_count) == ("Completed", 19, 1)
    assert (run_row.error_message, note_of(run_row)) == (None, "1 failed.")
    assert emails(run(context, platform).notified) == {"7@test.com"}


def test_sends_that_all_fail_leave_all_due(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 25)
    addresses = frozenset(f"{number}@test.com" for number in range(25))
    response = run(context, platform, emails=addresses)
    assert (response.notified_count, response.failed_count) == (0, 25)
    assert recorded(context.database, platform) == {}
    assert note_of(run_of(context.database, str(response.job_id))) == "25 failed."
    assert run(context, platform).notified_count == 25


def test_random_half_fails_and_only_the_other_half_is_recorded(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 200)
    response = run(context, platform, random_half=True)
    assert response.notified_count + response.failed_count == 200
    # 200 tosses of a fair coin leave this range once in ten billion runs
    assert 55 < response.failed_count < 145
    assert recorded(context.database, platform) == dict.fromkeys(emails(response.notified), 1)


def test_send_that_raises_anything_fails_alone_and_its_cause_is_in_the_log(
    context: AppContext, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    add_due(context.database, platform, 5)

    async def act(email: ReminderEmail) -> None:
        if email.to == "3@test.com":
            raise LookupError("the secret is hunter2")

    response = send_reminders(context.database, platform, SteeredSender(act))
    assert emails(response.failed) == {"3@test.com"}
    assert response.failed[0].error.startswith("Something went wrong on our side. Report error id ")
    assert "hunter2" in caplog.text
    assert len(recorded(context.database, platform)) == 4


def test_every_failure_is_on_record_with_what_was_tried_and_why(context: AppContext, platform: Platform) -> None:
    ids = add_due(context.database, platform, 25)
    addresses = frozenset(f"{number}@test.com" for number in range(25))
    response = run(context, platform, emails=addresses)
    assert run_failures(context.database, response.job_id) == sorted(
        (str(request_id), FIRST, f"{number}@test.com", "Simulated failure.") for number, request_id in enumerate(ids)
    )
    assert run(context, platform).notified_count == len(ids)  # no reminder count reads them


def test_request_without_an_address_fails_by_name_and_in_every_count(context: AppContext, platform: Platform) -> None:
    if context.database.engine.dialect.name != "sqlite":
        pytest.skip("the schema there keeps addresses")
    ids = add_due(context.database, platform, 3)
    take_address(context.database, platform, ids[1])
    response = run(context, platform)
    assert (response.notified_count, response.failed_count, response.left_due_count) == (2, 1, 0)
    assert [(item.request_id, item.email, item.error) for item in response.failed] == [
        (ids[1] if isinstance(ids[1], int) else UUID(ids[1]), None, NO_ADDRESS)
    ]
    assert run_failures(context.database, response.job_id) == [(str(ids[1]), FIRST, None, NO_ADDRESS)]


def test_what_is_no_single_address_stays_due_and_is_named_once_where_mail_is_simulated(
    context: AppContext, platform: Platform
) -> None:
    soon = context.database.utc_now() + timedelta(days=20)
    bad = ["a@x.com; b@x.com", "alice", "Alice <alice@x.com>"]
    add_requests(context.database, platform, [{"email": email, "expires_on": soon} for email in bad])
    response = run(context, platform)
    assert (response.notified_count, emails(response.failed)) == (0, set(bad))
    assert len(run_failures(context.database, response.job_id)) == len(bad)


def test_record_that_the_database_refuses_fails_alone(
    context: AppContext, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    ids = add_due(context.database, platform, 20)
    with refused_email(context.database, platform, "7@test.com"):
        response = run(context, platform)
    assert (response.notified_count, response.failed_count) == (19, 1)
    assert [(item.email, item.error) for item in response.failed] == [("7@test.com", SENT_NOT_RECORDED)]
    assert "refused by a trigger" in caplog.text
    assert recorded(context.database, platform) == {f"{number}@test.com": 1 for number in range(20) if number != 7}
    assert run_failures(context.database, response.job_id) == [(str(ids[7]), FIRST, "7@test.com", SENT_NOT_RECORDED)]
    run_row = run_of(context.database, str(response.job_id))
    assert (run_row.processed_count, run_row.failed_count) == (19, 1)


def test_record_that_the_database_refuses_is_found_by_halves(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 64)
    with refused_email(context.database, platform, "7@test.com"), statements_seen(context.database) as seen:
        run(context, platform)
    assert 1 < sum(f"INSERT INTO {platform.notifications}" in sql for sql in seen) < 32


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


def test_recording_that_breaks_unexpectedly_fails_the_run_with_what_was_done_on_record(
    context: AppContext, platform: Platform
) -> None:
    add_due(context.database, platform, 6)
    with ExitStack() as faults:

        async def act(email: ReminderEmail) -> None:
            if email.to == "3@test.com":
                fault = failing_statements(context.database, "Notified_Dt, Job_Id)", OverflowError("too large"))
                faults.enter_context(fault)

        sender = SteeredSender(act, max_concurrency=1)
        with pytest.raises(JobFailedError):
            send_reminders(context.database, platform, sender)
    assert (len(sender.finished), len(recorded(context.database, platform))) == (4, 3)
    run_row = only_run(context.database)
    assert (run_row.status, run_row.total_count, run_row.processed_count) == ("Failed", 6, 3)


@pytest.mark.slow
@pytest.mark.parametrize("max_concurrency", [1, 4])
def test_outage_repeats_no_more_mails_than_were_under_way_at_once(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch, max_concurrency: int
) -> None:
    """The database stays away for longer than records are tried; the next run finds it back."""
    monkeypatch.setattr("jobs.runs.held_run.DATABASE_TAIL_SECONDS", 2 - BUDGET_SECONDS)
    add_due(context.database, platform, 30)
    with ExitStack() as faults:

        async def act(_email: ReminderEmail) -> None:
            if len(sender.finished) == 10:
                gone = failing_statements(context.database, "", DatabaseUnavailableError("gone"))
                faults.enter_context(gone)

        sender = SteeredSender(act, max_concurrency=max_concurrency)
        with pytest.raises(JobFailedError, match="The database did not answer"):
            send_reminders(context.database, platform, sender)
    on_record = recorded(context.database, platform)
    mailed = sender.finished
    assert len(mailed) - len(on_record) <= max_concurrency
    again = SteeredSender(act=accept)
    age_heartbeat(context.database, only_run(context.database).job_id, minutes=11)
    response = send_reminders(context.database, platform, again)
    assert (response.notified_count, response.failed_count) == (30 - len(on_record), 0)
    assert len(set(mailed) & set(again.finished)) <= max_concurrency


@pytest.mark.slow
def test_outage_that_ends_in_time_repeats_nothing(context: AppContext, platform: Platform) -> None:
    add_due(context.database, platform, 30)
    with ExitStack() as faults:

        async def act(_email: ReminderEmail) -> None:
            if len(sender.finished) == 10:
                gone = failing_statements(context.database, "", DatabaseUnavailableError("gone"))
                faults.enter_context(gone)
                asyncio.get_running_loop().call_later(1, faults.close)

        sender = SteeredSender(act, max_concurrency=4)
        response = send_reminders(context.database, platform, sender)
    assert (response.notified_count, response.failed_count, response.left_due_count) == (30, 0, 0)
    assert sorted(sender.finished) == sorted(recorded(context.database, platform))


@pytest.mark.parametrize(
    "change",
    [
        "{status} = 'Revoked'",
        "{status} = 'Extended'",
        "{expires_on} = '2099-01-01'",
        "{expires_on} = '2001-01-01'",
    ],
)
def test_request_that_changes_during_the_run_is_not_mailed(
    context: AppContext, platform: Platform, change: str
) -> None:
    ids = add_due(context.database, platform, 6)

    async def act(email: ReminderEmail) -> None:
        if email.to == "1@test.com":
            with context.database.transaction() as connection:
                sets = change.format_map(platform.sql_names)
                clause = text(f"UPDATE {platform.requests} SET {sets} WHERE {platform.columns['id']} = :id")
                connection.execute(clause, {"id": ids[4]})

    sender = SteeredSender(act, max_concurrency=1)
    response = send_reminders(context.database, platform, sender)
    assert sorted(sender.started) == ["0@test.com", "1@test.com", "2@test.com", "3@test.com", "5@test.com"]
    assert (response.notified_count, response.failed_count, response.left_due_count) == (5, 0, 0)
    run_row = only_run(context.database)
    assert (run_row.total_count, note_of(run_row)) == (5, "1 was no longer due when its turn came.")


def test_run_takes_on_no_more_than_its_maximum_and_says_how_much_is_left(
    context: AppContext, platform: Platform
) -> None:
    add_due(context.database, platform, 7)
    response = send_reminders(context.database, platform, SteeredSender(accept), run_max_items=5)
    assert (response.notified_count, response.left_due_count) == (5, 2)
    run_row = only_run(context.database)
    assert (run_row.total_count, run_row.processed_count) == (7, 5)
    assert note_of(run_row) == "2 were left due: the limit for one run was reached."


def test_send_that_outlasts_the_run_is_cut_off_and_on_record(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.runs.held_run.PERFORM_TAIL_SECONDS", 0.5)
    ids = add_due(context.database, platform, 3)

    async def act(email: ReminderEmail) -> None:
        if email.to == "1@test.com":
            await asyncio.sleep(300)

    seconds_to_plan = 2 if context.database.engine.dialect.name == "sqlite" else 8
    response = send_reminders(context.database, platform, SteeredSender(act), budget_seconds=seconds_to_plan)
    assert (response.notified_count, response.failed_count, response.left_due_count) == (2, 1, 0)
    assert run_failures(context.database, response.job_id) == [(str(ids[1]), FIRST, "1@test.com", CUT_OFF)]


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


@pytest.mark.slow
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
    response = run_expiry_notifications(AppContext(settings, database, database), reminder_run(platform))
    database.close()
    assert (response.notified_count, response.failed_count) == (10_000, 0)
    assert most <= 4
    assert checked_out == 0
    assert response.performance.sequential_seconds >= 10_000 * 0.99
    assert response.performance.elapsed_seconds < 100
