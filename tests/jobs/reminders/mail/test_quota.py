"""The provider's limits hold over all runs, platforms and instances, by what is on record."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from access.platforms import DATABRICKS, PALANTIR, Platform
from config.settings import Settings, read_settings
from jobs.job_types import JobKind, JobType
from jobs.models import StopCode
from jobs.reminders.mail.message import NO_PLAIN_ADDRESS
from jobs.reminders.mail.quota import Limit, SendingQuota
from jobs.reminders.run import NO_ADDRESS
from jobs.runs.held_run import RunMustStopError
from sql.database import Database
from sql.statements import MACROS
from tests.jobs.job_runs import due_now, held_run
from tests.jobs.reminders.mail.runs import PassingClock, add_due, add_due_people, remind_all
from tests.jobs.reminders.mail.scripted_smtp import CONTENT, MAIL, RCPT, ScriptedServer, Step, scripted_server
from tests.rows import CLOCK_GRAIN, add_failure, add_reminder, add_request, add_requests, add_run

HOUR = timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        yield server


def quota_of(database: Database, settings: Settings) -> SendingQuota:
    """Of a run that has just begun."""
    return SendingQuota(held_run(database, JobType(JobKind.EXPIRY_NOTIFICATION, DATABRICKS), settings=settings))


def let_an_hour_pass(database: Database) -> None:
    """Nothing but time frees a quota, and nobody wants to wait for it here."""
    with database.transaction() as connection:
        for platform in (DATABRICKS, PALANTIR):
            set_back(connection, platform.notifications, "Notified_Dt")
        set_back(connection, "JobRunFailure", "Failed_At")


def set_back(connection: Connection, table: str, column: str) -> None:
    minute = MACROS[connection.dialect.name]["MINUTE"]
    connection.execute(text(f"UPDATE {table} SET {column} = DATEADD({minute}, -60, {column})"))


@pytest.mark.parametrize("is_digest", [False, True])
def test_what_is_no_single_address_takes_no_place_in_a_limit(
    database: Database, server: ScriptedServer, is_digest: bool
) -> None:
    """Neither in its own run nor in the next ones. It stays due, and each run names it once."""
    bad = ["a; b@test.com", "a@test.com,b@test.com", "Alice <alice@test.com>", "alice", "a@b@test.com", "  "]
    soon = database.utc_now() + timedelta(days=20)
    add_requests(database, DATABRICKS, [{"email": email, "expires_on": soon} for email in bad])
    for number in range(3):
        person = f" {number}@test.com "
        add_request(database, DATABRICKS, email=person, expires_on=soon + timedelta(hours=1))
        response = remind_all(database, server.port, email_per_hour=3, email_digest=is_digest)
        assert sorted(item.email or "" for item in response.failed) == sorted(email.strip() for email in bad)
        assert {item.error for item in response.failed} == {NO_PLAIN_ADDRESS, NO_ADDRESS}
        assert (response.notified_count, response.left_due_count) == (1, 0)
    assert server.received == ["0@test.com", "1@test.com", "2@test.com"]
    assert len(due_now(database, DATABRICKS)) == len(bad)


@pytest.mark.slow
def test_three_thousand_at_a_thousand_an_hour_take_three_runs_and_each_is_reminded_once(
    database: Database, server: ScriptedServer
) -> None:
    """Thirty at ten, that is."""
    people = add_due_people(database, 30)
    for number in range(3):
        response = remind_all(database, server.port, email_per_hour=10)
        assert (response.notified_count, response.failed_count) == (10, 0)
        assert response.left_due_count == 20 - 10 * number
        assert len(server.received) == 10 * (number + 1)
        again = remind_all(database, server.port, email_per_hour=10)
        assert again.notified_count == 0
        let_an_hour_pass(database)
    assert sorted(server.received) == sorted(people)


def test_run_says_which_limit_ended_it(database: Database, server: ScriptedServer) -> None:
    add_due_people(database, 5)
    response = remind_all(database, server.port, email_per_hour=3)
    assert response.message == (
        "Sent 3 expiry notifications, 0 failed. 2 were left due: the limit of 3 emails an hour was reached."
    )


def test_both_platforms_share_one_quota(database: Database, server: ScriptedServer) -> None:
    add_due_people(database, 6)
    add_due_people(database, 6, PALANTIR)
    assert remind_all(database, server.port, DATABRICKS, email_per_hour=8).notified_count == 6
    assert remind_all(database, server.port, PALANTIR, email_per_hour=8).notified_count == 2


def test_refused_tries_count(database: Database) -> None:
    people = add_due_people(database, 8)

    def script(step: Step) -> str | None:
        return "550 No such mailbox" if step.stage == RCPT and step.recipient in people[:4] else None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, email_per_hour=6, email_max_concurrency=1)
        assert (response.notified_count, response.failed_count, response.left_due_count) == (2, 4, 2)
        remind_all(database, server.port, email_per_hour=7)
        assert server.stages.count(MAIL) == 7


def test_what_has_no_address_is_no_try(database: Database, server: ScriptedServer) -> None:
    for _ in range(4):
        add_due(database, email="")
    assert remind_all(database, server.port, DATABRICKS, email_per_hour=4).failed_count == 4
    add_due_people(database, 4, PALANTIR)
    assert remind_all(database, server.port, PALANTIR, email_per_hour=4).notified_count == 4


def test_tries_again_count(database: Database) -> None:
    people = add_due_people(database, 5)

    def script(step: Step) -> str | None:
        return "450 Later" if step.stage == RCPT and step.recipient == people[0] else None

    with scripted_server(script) as server:
        remind_all(database, server.port, email_per_hour=4, email_max_concurrency=1)
    assert server.stages.count(MAIL) == 4


def test_limit_a_minute_is_waited_for(database: Database) -> None:
    add_due_people(database, 25)
    clock, sent_at = PassingClock(), []

    def script(step: Step) -> str | None:
        if step.stage == CONTENT:
            sent_at.append(clock())
        return None

    with scripted_server(script) as server:
        response = remind_all(database, server.port, clock=clock, email_per_minute=10, email_max_concurrency=1)
    assert response.notified_count == 25
    assert all(later - earlier >= 59 for earlier, later in zip(sent_at, sent_at[10:], strict=False))
    assert sent_at[-1] - sent_at[0] < 240


@pytest.mark.parametrize("platform", [DATABRICKS, PALANTIR])
def test_what_others_have_on_record_is_counted_until_it_is_old(database: Database, platform: Platform) -> None:
    now, other = database.utc_now(), add_run(database, "ExpiryNotificationPalantir")
    request_id = 1 if platform is DATABRICKS else other
    add_reminder(database, platform, request_id, "30-Day Reminder", moment=now - 2 * HOUR)
    add_reminder(database, platform, request_id, "7-Day Reminder", moment=now - HOUR / 2, job_id=other)
    add_failure(database, other, 3, failed_at=now - HOUR / 3)
    add_failure(database, other, 4, attempted="Revocation")
    quota = quota_of(database, read_settings(email_per_hour=3))

    async def take_two() -> None:
        await quota.take()
        with pytest.raises(RunMustStopError) as raised:
            await quota.take()
        assert (raised.value.stop.code, raised.value.stop.detail) == (StopCode.EMAIL_LIMIT_REACHED, "3 emails an hour")
        assert raised.value.stop.resume_after_seconds == pytest.approx(1800, abs=120)

    asyncio.run(take_two())


@pytest.mark.slow
def test_room_that_comes_soon_is_waited_for(database: Database) -> None:
    other, free_at = add_run(database, "ExpiryNotificationPalantir"), database.utc_now() + timedelta(seconds=2)
    add_reminder(database, DATABRICKS, 1, "30-Day Reminder", moment=free_at - HOUR, job_id=other)
    asyncio.run(quota_of(database, read_settings(email_per_hour=1)).take())
    assert database.utc_now() >= free_at - CLOCK_GRAIN


def test_mail_with_many_reminders_counts_once(database: Database) -> None:
    other = add_run(database, "ExpiryNotificationDatabricks")
    for request_id in range(5):
        add_reminder(database, DATABRICKS, request_id, "30-Day Reminder", job_id=other)
    quota = quota_of(database, read_settings(email_per_hour=2, email_digest=True))
    asyncio.run(quota.take())


@pytest.mark.parametrize(
    ("mail_count", "ages", "seconds"),
    [
        (1, [], 0),
        (10, [], 0),
        (11, [], 3600),
        (20, [], 3600),
        (21, [], 7200),
        # what was tried before takes room, until it is an hour old
        (8, [600, 60], 0),
        (9, [600, 60], 3000),
        (10, [600, 60], 3540),
        (19, [600, 60], 6600),
        (10, [3600], 0),
        (10, [4000] * 10, 0),
        (1, [60] * 10, 3540),
    ],
)
def test_last_of_many_mails_leaves_when_so_many_periods_have_room(
    mail_count: int, ages: list[float], seconds: float
) -> None:
    tried_at = sorted(-age for age in ages)
    assert Limit(10, 60).seconds_until_last(mail_count, tried_at, now=0.0) == seconds
