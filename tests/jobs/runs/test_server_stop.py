"""SIGTERM: a run stops at its next item, ends as failed at once, and another may take its place."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

import pytest
from sqlalchemy import text

import config.server_stop
from access.decisions.platform_calls import SERVER_STOPS
from access.decisions.revoke_now import revoke_requests
from access.platforms import PLATFORMS_BY_KEY, Platform
from api.authorization import Caller, Permission
from config.context import AppContext
from config.server_stop import EXIT_CODE, GRACE_SECONDS, ServerStop, stop_runs_on_sigterm
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.reminders.mail.message import ReminderEmail
from jobs.revocations.run import run_revoke_expired
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.runs.engine import CUT_OFF_BY_STOP
from sql.database import Database
from tests.connected_requests import Requests
from tests.fake_platforms.server import Fault, Waits
from tests.jobs.job_runs import SteeredSender, due_now, holder_of, send_reminders
from tests.jobs.run_requests import revoke_run
from tests.processes import CONTEXT
from tests.removal_intents import intended
from tests.rows import add_requests, today

COUNT = 6
PATIENCE_SECONDS = 60
STOPPED = "Its server was stopped. The rest is still due."


def send_two_of_many(url: str, platform_key: str) -> None:
    """A server that sends one mail after the other, and is told to stop during the second."""
    stop_runs_on_sigterm()

    async def act(_email: ReminderEmail) -> None:
        if len(sender.started) == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    sender = SteeredSender(act, max_concurrency=1)
    send_reminders(Database(url), PLATFORMS_BY_KEY[platform_key], sender)


def send_mails_that_hang(url: str, platform_key: str) -> None:
    """A server that is told to stop while two mails are under way which nobody ever confirms."""
    stop_runs_on_sigterm()
    config.server_stop.UNDER_WAY_SECONDS = 0.5

    async def act(_email: ReminderEmail) -> None:
        if len(sender.started) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(PATIENCE_SECONDS * 5)

    sender = SteeredSender(act, max_concurrency=2)
    send_reminders(Database(url), PLATFORMS_BY_KEY[platform_key], sender)


def wait_long_before_revoking(url: str, platform_key: str) -> None:
    stop_runs_on_sigterm()
    database = Database(url)
    settings = read_settings(database_url=url, revoke_delay_seconds=PATIENCE_SECONDS * 5)
    run_revoke_expired(AppContext(settings, database, database), revoke_run(PLATFORMS_BY_KEY[platform_key]))


def last_run_of_server(
    database: Database, job_type: JobType, serve: Callable[[str, str], None], url: str, *, then_stop: bool
) -> JobRun:
    """The run that the server had started when it was told to stop; nothing of the server is left."""
    process = CONTEXT.Process(target=serve, args=(url, job_type.platform.key), daemon=True)
    process.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    holder = None
    while then_stop and holder is None and time.monotonic() < deadline:
        holder = holder_of(database, job_type)
    if then_stop:
        process.terminate()
    process.join(PATIENCE_SECONDS)
    assert process.exitcode is not None
    process.close()
    with database.connect() as connection:
        run = JobRunHelper.get_last_run(connection, str(job_type))
    assert run
    return run


def test_run_stops_at_its_next_item_and_frees_its_lock(
    database: Database, database_url: str, platform: Platform
) -> None:
    add_requests(database, platform, [{"expires_on": today(database) + timedelta(days=20)}] * COUNT)
    job_type = JobType(JobKind.EXPIRY_NOTIFICATION, platform)
    run = last_run_of_server(database, job_type, send_two_of_many, database_url, then_stop=False)
    assert (run.status, run.error_message, run.processed_count) == ("Failed", STOPPED, 2)
    assert holder_of(database, job_type) is None
    assert len(due_now(database, platform)) == COUNT - 2


def test_what_is_under_way_for_too_long_is_cut_off_and_on_record(
    database: Database, database_url: str, platform: Platform
) -> None:
    add_requests(database, platform, [{"expires_on": today(database) + timedelta(days=20)}] * COUNT)
    job_type = JobType(JobKind.EXPIRY_NOTIFICATION, platform)
    run = last_run_of_server(database, job_type, send_mails_that_hang, database_url, then_stop=False)
    assert (run.status, run.error_message, run.processed_count, run.failed_count) == ("Failed", STOPPED, 0, 2)
    assert holder_of(database, job_type) is None
    with database.read() as connection:
        reasons = connection.execute(text("SELECT Error_Message FROM JobRunFailure")).scalars().all()
    assert reasons == [CUT_OFF_BY_STOP] * 2


def test_records_have_time_left_within_the_grace() -> None:
    assert config.server_stop.UNDER_WAY_SECONDS + 5 <= GRACE_SECONDS


@pytest.mark.parametrize("expired", [0, 3])
def test_run_that_waits_stops_at_once_and_fails_only_if_it_leaves_something(
    database: Database, database_url: str, platform: Platform, expired: int
) -> None:
    if expired:
        add_requests(database, platform, [{"expires_on": today(database) - timedelta(days=1)}] * expired)
    job_type = JobType(JobKind.REVOKE_EXPIRED, platform)
    run = last_run_of_server(database, job_type, wait_long_before_revoking, database_url, then_stop=True)
    assert holder_of(database, job_type) is None
    assert (run.status, run.error_message) == (("Failed", STOPPED) if expired else ("Completed", None))


def test_server_waits_for_its_runs_no_longer_than_its_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.server_stop.GRACE_SECONDS", 0.1)
    stop = ServerStop()
    with stop.awaited():
        stop.wait_for_runs()
    monkeypatch.setattr("config.server_stop.GRACE_SECONDS", PATIENCE_SECONDS * 10)
    stop.wait_for_runs()


def sleep_forever(ready: Connection) -> None:
    stop_runs_on_sigterm()
    ready.send(None)
    while True:
        time.sleep(1)


def test_process_without_runs_ends_at_once() -> None:
    receiver, sender = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=sleep_forever, args=[sender], daemon=True)
    process.start()
    sender.close()
    assert receiver.poll(PATIENCE_SECONDS)
    receiver.close()
    process.terminate()
    process.join(PATIENCE_SECONDS)
    assert process.exitcode == EXIT_CODE
    process.close()


def remove_now_in_server(url: str, platform_key: str, more: dict[str, Any], request_id: int | str) -> None:
    """A server whose caller revokes access while the platform takes its time."""
    stop_runs_on_sigterm()
    config.server_stop.UNDER_WAY_SECONDS = 3.0
    settings = read_settings(database_url=url, **more)
    database = Database(url)
    caller = Caller("Anna", frozenset(Permission))
    context = AppContext(settings, database, database)
    revoke_requests(context, PLATFORMS_BY_KEY[platform_key], caller, [request_id], "Left the company")
    time.sleep(PATIENCE_SECONDS)  # the server serves on until it is ended


@pytest.mark.slow
@pytest.mark.parametrize("never_answers", [True, False], ids=["hangs", "answers late"])
def test_server_that_is_stopped_waits_for_the_removal_by_a_person(
    requests: Requests, database_url: str, never_answers: bool
) -> None:
    request_id = requests.add(days=20)
    seconds = PATIENCE_SECONDS if never_answers else 1.5
    requests.connected.server.faults = [Fault(Waits(seconds), *requests.connected.removal)]
    settings = {**requests.connected.settings, "connector_timeout_seconds": 50}
    process = CONTEXT.Process(
        target=remove_now_in_server, args=(database_url, requests.platform.key, settings, request_id), daemon=True
    )
    process.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while not requests.connected.server.called(*requests.connected.removal) and time.monotonic() < until:
        time.sleep(0.01)
    process.terminate()
    process.join(GRACE_SECONDS)
    assert process.exitcode == EXIT_CODE
    process.close()
    database = requests.context.database
    if never_answers:  # it is cut off, and whoever comes next looks
        assert (requests.status(request_id), intended(database, requests.platform)) == ("Active", [request_id])
    else:
        assert [record["Outcome"] for record in requests.records(request_id)] == ["removed"]
        assert intended(database, requests.platform) == []


def test_server_that_is_being_stopped_begins_no_removal(requests: Requests, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = requests.add(days=20)
    stop = ServerStop()
    stop.request()
    for module in ("remove_now", "platform_calls"):
        monkeypatch.setattr(f"access.decisions.{module}.server_stop", stop)
    caller = Caller("Anna", frozenset(Permission))
    (decided,) = revoke_requests(requests.context, requests.platform, caller, [request_id], "Left the company")
    assert str(decided.error) == SERVER_STOPS
    assert requests.connected.has_grant("alice@test.com")
    assert intended(requests.context.database, requests.platform) == []
