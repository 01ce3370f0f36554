"""A server killed at any moment of any flow leaves nothing half-done, and its job runs again."""

import random
import signal
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

import pytest
from sqlalchemy import RowMapping, text

from access.platforms import PLATFORMS, Platform
from access.revocations import grant_group as resource_group
from config.context import AppContext
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.reminders.run import run_expiry_notifications
from jobs.request import RunRequest
from jobs.revocations import batch as revoke_batch
from jobs.revocations.run import run_revoke_expired
from jobs.run_records.job_run_helper import JobRunHelper
from jobs.runs import engine
from sql.database import Database
from sql.statements import MACROS
from tests.fake_platforms.connected import connected_to
from tests.jobs.job_runs import due_now, holder_of
from tests.jobs.run_requests import reminder_run, revoke_run
from tests.processes import CONTEXT
from tests.rows import add_requests, age_heartbeat, run_of, today

pytestmark = pytest.mark.slow

KILLS = 20
MAX_STARTS = 10 * KILLS
ROWS_PER_START = 100
# Small transactions, so that a run has many moments to be killed in.
GROUP_SIZE = 5
TABLES = 20
START_SECONDS = 60
NO_MORE_SETTINGS: Mapping[str, Any] = {}
URGENT_DAYS, DISTANT_DAYS = 3, 20


def serve(url: str, platform_key: str, kind: JobKind, more: Mapping[str, Any], ready: Connection) -> None:
    """A server that runs one job; it says when it is about to."""
    resource_group.GROUP_SIZE = GROUP_SIZE
    engine.MAX_GROUP_SIZE = GROUP_SIZE
    revoke_batch.BATCH_SIZES = dict.fromkeys(MACROS, GROUP_SIZE)
    settings = read_settings(database_url=url, simulated_email_seconds=0.01, revoke_delay_seconds=0.01, **more)
    database = Database(url)
    context = AppContext(settings, database, database)
    platform = next(platform for platform in PLATFORMS if platform.key == platform_key)
    request = RunRequest(JobType(kind, platform), "test")
    context.database.utc_now()  # the first connection to a server takes longer than all the rest
    ready.send(None)
    if kind is JobKind.REVOKE_EXPIRED:
        run_revoke_expired(context, request)
    else:
        run_expiry_notifications(context, request)


def kill_somewhere(
    url: str, platform: Platform, job_type: JobType, after_seconds: float, more: Mapping[str, Any]
) -> float:
    """Starts a server and kills it, unless it is done before; returns the seconds that it had."""
    receiver, sender = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=serve, args=(url, platform.key, job_type.kind, more, sender), daemon=True)
    process.start()
    sender.close()
    assert receiver.poll(START_SECONDS)
    receiver.close()
    started = time.monotonic()
    process.join(after_seconds)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    process.close()
    return time.monotonic() - started


def kill_again_and_again(
    database: Database,
    url: str,
    platform: Platform,
    job_type: JobType,
    *,
    check: Callable[[], None],
    add_rows: Callable[[], object],
    more: Mapping[str, Any] = NO_MORE_SETTINGS,
) -> None:
    """Until so many runs were killed while they held the lock; each time `check` must hold, and the lock go stale."""
    seed = random.randrange(10**9)
    print("seed", seed)  # shown when the test fails
    moments = random.Random(seed)
    dead: list[str] = []
    add_rows()
    whole_run_seconds = kill_somewhere(url, platform, job_type, START_SECONDS, more)
    for _ in range(MAX_STARTS):
        add_rows()
        kill_after = moments.uniform(0, whole_run_seconds)
        had_seconds = kill_somewhere(url, platform, job_type, kill_after, more)
        if had_seconds < kill_after:  # it was done before: the machine has become faster
            whole_run_seconds = had_seconds
        check()
        holder = holder_of(database, job_type)
        if holder:
            age_heartbeat(database, holder, minutes=11)
            dead.append(holder)
            assert run_of(database, holder).status == "Abandoned"
        if len(dead) == KILLS:
            return
    pytest.fail(f"only {len(dead)} of {MAX_STARTS} servers were killed while they held the lock")


def rows_due_in(database: Database, platform: Platform, days: list[int]) -> Callable[[], object]:
    midnight = today(database)
    expiries = [midnight + timedelta(days=days[number % len(days)]) for number in range(ROWS_PER_START)]
    return lambda: add_requests(database, platform, [{"expires_on": expires_on} for expires_on in expiries])


def count(database: Database, query: str) -> int:
    with database.read() as connection:
        return int(connection.execute(text(query)).scalar_one())


def statuses(database: Database) -> dict[str, int]:
    with database.read() as connection:
        rows = connection.execute(text("SELECT Status, COUNT(*) FROM JobRun GROUP BY Status"))
        return {row[0]: row[1] for row in rows}


def app(database: Database, url: str, **more: Any) -> AppContext:
    settings = read_settings(database_url=url, simulated_email_seconds=0, revoke_delay_seconds=0, **more)
    return AppContext(settings, database, database)


def test_killed_revocations_leave_no_row_without_record_and_no_record_without_row(
    database: Database, database_url: str, platform: Platform
) -> None:
    columns = platform.columns
    records = f"(SELECT COUNT(*) FROM {platform.revocations} r WHERE r.{platform.revoked_request} = u.{columns['id']})"
    unlike = f"{records} <> CASE WHEN u.{columns['status']} = 'Revoked' THEN 1 ELSE 0 END"

    def check() -> None:
        assert count(database, f"SELECT COUNT(*) FROM {platform.requests} u WHERE {unlike}") == 0

    kill_again_and_again(
        database,
        database_url,
        platform,
        JobType(JobKind.REVOKE_EXPIRED, platform),
        check=check,
        add_rows=rows_due_in(database, platform, [-1]),
    )
    run_revoke_expired(app(database, database_url), revoke_run(platform))
    check()
    assert count(database, f"SELECT COUNT(*) FROM {platform.requests} WHERE {columns['status']} <> 'Revoked'") == 0
    assert statuses(database)["Abandoned"] == KILLS
    assert "InProgress" not in statuses(database)


def test_killed_removals_record_nothing_as_gone_that_is_held_and_at_last_all_that_was_taken(
    database: Database, database_url: str, platform: Platform
) -> None:
    people: dict[str, int] = {}
    email, status = (platform.columns[name] for name in ("requested_by_email", "status"))
    query = (
        f"SELECT u.{email} AS email, u.{status} AS status, r.Outcome AS outcome FROM {platform.requests} u "
        f"LEFT JOIN {platform.revocations} r ON r.{platform.revoked_request} = u.{platform.columns['id']}"
    )

    def rows() -> list[RowMapping]:
        with database.read() as connection:
            return list(connection.execute(text(query)).mappings())

    with connected_to(platform) as connected:

        def add_rows() -> None:
            new = {f"person{len(people) + number}@test.com": number % TABLES for number in range(ROWS_PER_START)}
            for person, table in new.items():
                connected.grant(person, table)
            people.update(new)
            expires_on = database.utc_now() - timedelta(days=1)
            requests = [{"email": person, "expires_on": expires_on, **connected.fields(n)} for person, n in new.items()]
            add_requests(database, platform, requests)

        def check() -> None:
            for row in rows():
                is_recorded = row["outcome"] in ("removed", "alreadyGone")
                assert is_recorded == (row["status"] == "Revoked")
                assert not (is_recorded and connected.has_grant(row["email"], people[row["email"]]))

        kill_again_and_again(
            database,
            database_url,
            platform,
            JobType(JobKind.REVOKE_EXPIRED, platform),
            check=check,
            add_rows=add_rows,
            more=connected.settings,
        )
        run_revoke_expired(app(database, database_url, **connected.settings), revoke_run(platform))
        check()
        assert {row["status"] for row in rows()} == {"Revoked"}
        assert len(rows()) == len(people)
        assert not any(connected.has_grant(person, table) for person, table in people.items())
    assert statuses(database)["Abandoned"] == KILLS


def test_killed_notifications_leave_no_third_reminder_and_none_twice(
    database: Database, database_url: str, platform: Platform
) -> None:
    notified, job_type = platform.notified_request, JobType(JobKind.EXPIRY_NOTIFICATION, platform)
    groups = f"SELECT {notified} FROM {platform.notifications} GROUP BY {notified}"

    def check() -> None:
        assert count(database, f"SELECT COUNT(*) FROM ({groups} HAVING COUNT(*) > 2) g") == 0
        assert count(database, f"SELECT COUNT(*) FROM ({groups}, Notification_Type HAVING COUNT(*) > 1) g") == 0

    kill_again_and_again(
        database,
        database_url,
        platform,
        job_type,
        check=check,
        add_rows=rows_due_in(database, platform, [URGENT_DAYS, DISTANT_DAYS]),
    )
    for _ in range(2):
        run_expiry_notifications(app(database, database_url), reminder_run(platform))
    check()
    assert due_now(database, platform) == []
    requests = count(database, f"SELECT COUNT(*) FROM {platform.requests}")
    assert count(database, f"SELECT COUNT(*) FROM {platform.notifications}") == requests + requests // 2
    with database.connect() as connection:
        assert JobRunHelper.get_active_job_info(connection, str(job_type)) is None
    assert statuses(database)["Abandoned"] == KILLS
