"""Chains of runs on real hosts and a real queue: whoever is killed and whenever, everybody is reminded at last."""

import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from access.platforms import DATABRICKS, PLATFORMS
from jobs.job_types import JOB_TYPES, JobKind, JobType
from jobs.run_records.job_run_helper import JobRun
from jobs.runs.messages import CONTINUATIONS
from sql.database import Database
from tests.jobs.job_runs import due_now, holder_of
from tests.local_host.processes import EXAMPLE, HOST_JSON, LocalHost, running_local_host, wait_until
from tests.queues import queue_on, send
from tests.rows import add_requests, add_run, age_heartbeat, note_of, recent_runs, run_of

MAX_ITEMS, PEOPLE = 5, 12
LEASE_SECONDS = 6
SEND = "/api/databricks/access-requests/send-expiry-notifications"
REMIND = JobType(JobKind.EXPIRY_NOTIFICATION, DATABRICKS)
# Every mail goes on a list that outlives its host.
LIST_MAILS = """
import os
import signal
from pathlib import Path
from jobs.runs import successor
from jobs import queue_handlers
from config import storage_queues
from jobs.reminders.mail.simulation import SimulatedEmailSender

storage_queues.READ_TIMEOUT_SECONDS = 30  # on a busy machine, too
mails = Path("mails")
mails.touch()

def die():
    os.kill(os.getpid(), signal.SIGKILL)

simulated = SimulatedEmailSender.send

def listed(sender, email):
    with mails.open("a") as file:
        file.write(email.to + "\\n")
    if len(mails.read_text().splitlines()) == {kill_at_mail}:
        die()
    return simulated(sender, email)

SimulatedEmailSender.send = listed
"""
DIE_BEFORE_MESSAGE = """
send_message = successor.send_message

def send_or_die(settings, queue_name, text, **options):
    if '"attempt":{attempt}' in text:
        die()
    send_message(settings, queue_name, text, **options)

successor.send_message = send_or_die
"""
DIE_BEFORE_RUN = "queue_handlers._run = lambda *_arguments, **_options: die()"


@pytest.fixture
def storage(azurite_accounts: Iterator[str]) -> str:
    return next(azurite_accounts)


@pytest.fixture
def folder(tmp_path: Path, database: Database) -> Path:
    """Of a product with so many people to remind."""
    shutil.copy(EXAMPLE, tmp_path)
    shutil.copy(HOST_JSON, tmp_path)
    expires_on = database.utc_now() + timedelta(days=20)
    add_requests(
        database, DATABRICKS, [{"expires_on": expires_on, "email": f"p{number}@test.com"} for number in range(PEOPLE)]
    )
    return tmp_path


def settings(storage: str, url: str) -> dict[str, Any]:
    return {
        "lease_seconds": LEASE_SECONDS,
        "AzureWebJobsStorage": storage,
        "DATABASE_URL": url,
        "RUN_MAX_ITEMS": str(MAX_ITEMS),
        "SIMULATED_EMAIL_SECONDS": "0.2",
        "REVOKE_DELAY_SECONDS": "0.02",
    }


def list_mails(*, kill_at_mail: int = -1) -> str:
    return LIST_MAILS.replace("{kill_at_mail}", str(kill_at_mail))


def wait_until_killed(host: LocalHost) -> None:
    wait_until(lambda: host.process.poll() is not None, "the host is killed")


def start_job(host: LocalHost) -> None:
    """Its host may be killed before it answers."""
    try:
        host.client.post(SEND)
    except httpx.TransportError:
        wait_until_killed(host)


def mails(folder: Path) -> Counter[str]:
    return Counter((folder / "mails").read_text().splitlines())


def wait_until_all_are_reminded(database: Database) -> None:
    wait_until(lambda: not due_now(database, DATABRICKS) and not holder_of(database, REMIND), "everybody is reminded")


def runs(database: Database) -> list[JobRun]:
    """The oldest first."""
    with database.connect() as connection:
        return recent_runs(connection, 1000)[::-1]


@pytest.mark.parametrize("service", ["azurite", "stand-in"])
def test_three_links_remind_everybody_once(
    folder: Path, database: Database, database_url: str, request: pytest.FixtureRequest, service: str
) -> None:
    given = request.getfixturevalue("storage") if service == "azurite" else ""
    with running_local_host(folder, patch=list_mails(), **settings(given, database_url)) as host:
        start_job(host)
        wait_until_all_are_reminded(database)
    assert [run.processed_count for run in runs(database)] == [MAX_ITEMS, MAX_ITEMS, PEOPLE - 2 * MAX_ITEMS]
    assert mails(folder) == {f"p{number}@test.com": 1 for number in range(PEOPLE)}


def test_kill_between_the_end_of_a_run_and_its_message_leaves_the_rest_to_the_schedule(
    folder: Path, database: Database, database_url: str, storage: str
) -> None:
    given = settings(storage, database_url)
    patch = list_mails() + DIE_BEFORE_MESSAGE.replace("{attempt}", "1")
    with running_local_host(folder, patch=patch, **given) as host:
        start_job(host)
        wait_until_killed(host)
    assert [run.status for run in runs(database)] == ["Completed"]
    with running_local_host(folder, patch=list_mails(), **given) as host:
        host.client.post("/admin/functions/databricks_send_expiry_notifications_on_timer", json={})
        wait_until_all_are_reminded(database)
    assert mails(folder) == {f"p{number}@test.com": 1 for number in range(PEOPLE)}


def test_kill_between_the_end_of_a_link_and_its_message_is_made_good_by_the_message_that_woke_it(
    folder: Path, database: Database, database_url: str, storage: str
) -> None:
    given = settings(storage, database_url)
    patch = list_mails() + DIE_BEFORE_MESSAGE.replace("{attempt}", "2")
    with running_local_host(folder, patch=patch, **given) as host:
        start_job(host)
        wait_until_killed(host)
    assert [run.status for run in runs(database)] == ["Completed", "Completed"]
    with running_local_host(folder, patch=list_mails(), **given):
        wait_until_all_are_reminded(database)
    assert mails(folder) == {f"p{number}@test.com": 1 for number in range(PEOPLE)}
    first, second, third = runs(database)
    assert (second.continues_job_id, third.continues_job_id) == (first.job_id, second.job_id)


def test_kill_between_a_message_and_its_run_only_delays_it(
    folder: Path, database: Database, database_url: str, storage: str
) -> None:
    given = settings(storage, database_url)
    with running_local_host(folder, patch=list_mails() + DIE_BEFORE_RUN, **given) as host:
        start_job(host)
        wait_until_killed(host)
    assert len(runs(database)) == 1
    with running_local_host(folder, patch=list_mails(), **given):
        wait_until_all_are_reminded(database)
    assert mails(folder) == {f"p{number}@test.com": 1 for number in range(PEOPLE)}


def test_kill_in_the_middle_of_a_link_repeats_at_most_the_mails_under_way(
    folder: Path, database: Database, database_url: str, storage: str
) -> None:
    given = settings(storage, database_url)
    killed_at = MAX_ITEMS + 3
    with running_local_host(folder, patch=list_mails(kill_at_mail=killed_at), **given) as host:
        start_job(host)
        wait_until_killed(host)
        dead = holder_of(database, REMIND)
        assert dead
        age_heartbeat(database, dead, minutes=11)  # the lease of a message is as long, outside of tests
    with running_local_host(folder, patch=list_mails(), **given):
        wait_until_all_are_reminded(database)
    counts = mails(folder)
    assert set(counts) == {f"p{number}@test.com" for number in range(PEOPLE)}
    assert max(counts.values()) <= 2
    assert sum(counts.values()) - PEOPLE <= killed_at - MAX_ITEMS
    assert [run.job_id for run in runs(database) if run.status == "Abandoned"] == [dead]


def test_messages_whose_handling_keeps_failing_are_told_with_the_runs_that_they_meant(
    folder: Path, database: Database, database_url: str, storage: str
) -> None:
    host_json = folder / "host.json"
    host_json.write_text(host_json.read_text().replace("00:02:00", "00:00:00"))
    before = add_run(database, REMIND)
    patch = "from jobs import queue_handlers; queue_handlers._run = None"
    with running_local_host(folder, patch=patch, **settings(storage, database_url)) as host:
        promised = host.client.post(SEND, headers={"Prefer": "respond-async"}).json()["jobId"]
        for attempt in ("1", '"many"'):
            send(storage, CONTINUATIONS, f'{{"jobType": "{REMIND}", "afterJobId": "{before}", "attempt": {attempt}}}')
        wait_until(lambda: run_of(database, promised).status == "Failed", "the promised run is ended")
        wait_until(lambda: run_of(database, before).wait_reason, "the run is noted")
        wait_until(lambda: "This Continuation cannot be read: attempt" in host.log, "the unreadable message is logged")
        assert host.client.get("/api/health").status_code == 200
    assert "Start the job again." in (run_of(database, promised).error_message or "")
    assert "until the next scheduled run" in (note_of(run_of(database, before)) or "")


def test_two_hosts_handle_200_messages_without_an_overlap_of_runs(
    folder: Path, database: Database, database_url: str, storage: str
) -> None:
    now = database.utc_now()
    for platform in PLATFORMS:
        add_requests(database, platform, [{"expires_on": now - timedelta(days=1)}] * 40)
    for number in range(200):
        before = add_run(database, JOB_TYPES[number % 4], Started_At=now - timedelta(days=1))
        text = f'{{"jobType": "{JOB_TYPES[number % 4]}", "afterJobId": "{before}", "attempt": 48}}'
        send(storage, CONTINUATIONS, text)
    given = settings(storage, database_url)
    with ExitStack() as stack:
        hosts = []
        for name in ("a", "b"):
            own = folder / name
            shutil.copytree(folder, own, ignore=shutil.ignore_patterns("a", "b", "*.db*"))
            hosts.append(stack.enter_context(running_local_host(own, patch=list_mails(), **given)))
        with queue_on(storage, CONTINUATIONS) as queue:
            wait_until(lambda: queue.get_queue_properties().approximate_message_count == 0, "all messages are handled")
        wait_until(lambda: not any(holder_of(database, job_type) for job_type in JOB_TYPES), "all runs have ended")
        time.sleep(0.5)
    woken = [run for run in runs(database) if run.continues_job_id]
    assert {run.status for run in woken} == {"Completed"}
    for job_type in JOB_TYPES:
        of_type = [run for run in woken if run.job_type == str(job_type)]
        assert of_type
        for earlier, later in pairwise(of_type):
            assert earlier.completed_at
            assert later.started_at >= earlier.completed_at
    assert due_now(database, DATABRICKS) == []
    both = mails(folder / "a") + mails(folder / "b")
    assert both == {f"p{number}@test.com": 1 for number in range(PEOPLE)}
    assert all("continue_job_run is called" in host.log for host in hosts)
