"""`python -m demo` runs all four jobs on two servers with one database, and fails if a result is wrong."""

import asyncio
import os
import re
import shutil
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from demo.data import load_demo_data
from demo.jobs import JOBS
from demo.mail_server import Postbox, serving
from demo.side_by_side import Group, Program, running
from jobs.run_records.job_run_helper import STALE_AFTER_MINUTES
from local_host.json_files import read_json_object
from sql.database import Database

PROJECT = Path(__file__).parents[1]
SETTINGS = "local.settings.json.example"
# This day comes every four years, so timers start no job during the demo.
NEVER = "0 0 0 29 2 *"
TICK_SECONDS = 2.5
MAIL_SECONDS, REVOKE_DELAY_SECONDS = 10, 15
PEOPLE, REMINDED_BEFORE_THE_KILL = 12, 7
HISTORY_LENGTH = 8


class Story:
    """Prints what happens, and remembers whether every result was right."""

    def __init__(self) -> None:
        self.is_right = True

    def check(self, holds: bool, sentence: str) -> None:
        self.is_right &= holds
        print(f"  {'✓' if holds else '✗ wrong:'} {sentence}", flush=True)


async def run_demo(folder: Path) -> bool:
    """Returns True when every result was right."""
    database_file, story = folder / "demo.db", Story()
    database = Database(f"sqlite:///{database_file}")
    load_demo_data(database)
    database.close()
    postbox, mail_port = Postbox(seconds_per_mail=MAIL_SECONDS), _free_port()
    ports = {name: _free_port() for name in ("A", "B")}
    async with AsyncExitStack() as stack:
        stack.enter_context(serving(postbox, mail_port))
        group = await stack.enter_async_context(running(_servers(folder, database_file, ports, mail_port)))
        a, b = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://localhost:{port}", timeout=120))
            for port in ports.values()
        ]
        telling = asyncio.create_task(_tell(story, group, a, b, postbox, database_file))
        either: list[asyncio.Future[Any]] = [telling, group.first_end]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not telling.done():
            telling.cancel()
            raise SystemExit(group.first_end.result())
        await telling
    return story.is_right


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _servers(folder: Path, database_file: Path, ports: dict[str, int], mail_port: int) -> list[Program]:
    shutil.copy(PROJECT / SETTINGS, folder)
    schedules = [name for name in read_json_object(folder / SETTINGS)["Values"] if name.endswith("_SCHEDULE")]
    settings = {
        "DATABASE_URL": f"sqlite:///{database_file}",
        "REVOKE_DELAY_SECONDS": str(REVOKE_DELAY_SECONDS),
        "EMAIL_SENDER": "smtp",
        "EMAIL_MAX_CONCURRENCY": "100",
        "SMTP_HOST": "localhost",
        "SMTP_PORT": str(mail_port),
        "SMTP_SECURITY": "none",
        "PYTHONPATH": str(PROJECT),
        "AzureWebJobsStorage": "",
        **dict.fromkeys(schedules, NEVER),
    }
    command = [sys.executable, "-m", "local_host"]
    return [
        Program(name, command, folder, {**os.environ, **settings, "PORT": str(port)}, folder / f"{name}.log")
        for name, port in ports.items()
    ]


async def _tell(
    story: Story, group: Group, a: httpx.AsyncClient, b: httpx.AsyncClient, postbox: Postbox, database_file: Path
) -> None:
    await asyncio.gather(*(_until(partial(_answers, server)) for server in (a, b)))
    print(
        f"Two servers, A and B, share one database. An email takes {MAIL_SECONDS} s, "
        f"and a revoke job waits {REVOKE_DELAY_SECONDS} s before it starts.\n"
    )
    await _tell_of_four_jobs(story, a, b, postbox)
    await _tell_of_a_killed_server(story, group, a, b, postbox, database_file)
    await _tell_the_history(story, b)


async def _tell_of_four_jobs(story: Story, a: httpx.AsyncClient, b: httpx.AsyncClient, postbox: Postbox) -> None:
    started = time.monotonic()

    def print_row(server: str, cells: list[str]) -> None:
        moment = f"{time.monotonic() - started:5.1f} s"
        print(f"  {moment}  {server:<4}" + "".join(f"{cell:<20}" for cell in cells).rstrip(), flush=True)

    print(f"{'':<15}" + "".join(f"{job.name:<20}" for job in JOBS).rstrip())
    runs = [asyncio.create_task(job.run(a)) for job in JOBS]
    print_row("A", ["started"] * len(JOBS))
    refusals: list[httpx.Response] = []
    waiting = set(runs)
    while waiting:
        _, waiting = await asyncio.wait(runs, timeout=TICK_SECONDS)
        print_row("A", [await job.describe(a) for job in JOBS])
        if not refusals:
            refusals = [await b.post(job.trigger) for job in JOBS]
            print_row("B", [f"{response.status_code} refused" for response in refusals])
    outcomes = [run.result() for run in runs]
    reminders, revocations = (sum(outcome.pending for outcome in pair) for pair in (outcomes[:2], outcomes[2:]))
    story.check(
        all(outcome.is_right for outcome in outcomes),
        f"{reminders} reminders and {revocations} revocations were due, and all are done",
    )
    story.check(
        all(response.status_code == 409 and response.json()["activeJob"] for response in refusals),
        "each job ran once, and B was refused four times with the run that holds the lock",
    )
    _check_mails(story, postbox, reminders)


async def _tell_of_a_killed_server(
    story: Story, group: Group, a: httpx.AsyncClient, b: httpx.AsyncClient, postbox: Postbox, database_file: Path
) -> None:
    remind = JOBS[0]
    print(f"\n{PEOPLE} more people are due for a reminder. A is killed (SIGKILL) in the middle of its run.")
    for number in range(PEOPLE):
        (await b.post(remind.requests, json=_request_of(f"person{number}@contoso.com"))).raise_for_status()
    postbox.seconds_per_mail, postbox.welcome = 0, REMINDED_BEFORE_THE_KILL
    postbox.message_ids.clear()
    run = asyncio.create_task(a.post(remind.trigger))
    await _until(partial(_has_processed, b, remind.status, REMINDED_BEFORE_THE_KILL))
    dead = (await b.get(remind.status)).json()["activeJob"]
    await group.kill("A")
    await asyncio.wait([run])
    run.exception()  # the connection broke, as expected
    print(f"  A's run {dead['jobId'][:8]} had sent and recorded {dead['processedCount']} of {dead['totalCount']}.")
    refusal = await b.post(remind.trigger)
    story.check(
        refusal.status_code == 409 and refusal.json()["activeJob"]["jobId"] == dead["jobId"],
        f"B is refused at first: a lock lasts until {STALE_AFTER_MINUTES} minutes after its run's last sign of life",
    )
    _let_time_pass(database_file, dead["jobId"])
    print(f"  {STALE_AFTER_MINUTES} minutes pass (the demo sets the last sign of life back instead).")
    postbox.welcome = PEOPLE
    successor = (await b.post(remind.trigger)).json()
    story.check(
        successor.get("notifiedCount") == PEOPLE - REMINDED_BEFORE_THE_KILL,
        f"B's run {str(successor.get('jobId'))[:8]} takes over and reminds the other "
        f"{PEOPLE - REMINDED_BEFORE_THE_KILL}",
    )
    _check_mails(story, postbox, PEOPLE)


def _request_of(email: str) -> dict[str, str]:
    return {
        "requestedByEmail": email,
        "catalogName": "main",
        "schemaName": "sales",
        "tableName": "orders",
        "privilege": "SELECT",
        "businessReason": "Shown in the demo",
        "expiresOn": (datetime.now(UTC) + timedelta(days=20)).isoformat(timespec="seconds"),
    }


def _let_time_pass(database_file: Path, job_id: str) -> None:
    """Sets the run's last sign of life back, because only time makes a lock stale."""
    set_back = "UPDATE JobRun SET Heartbeat_At = strftime('%Y-%m-%d %H:%M:%f', Heartbeat_At, ?) WHERE Job_Id = ?"
    with closing(sqlite3.connect(database_file)) as connection:
        connection.execute(set_back, (f"-{STALE_AFTER_MINUTES + 1} minutes", job_id))
        connection.commit()


def _check_mails(story: Story, postbox: Postbox, expected: int) -> None:
    mails = postbox.message_ids
    story.check(
        len(mails) == len(set(mails)) == expected,
        f"the mail server accepted {len(mails)} emails for {expected} reminders: none lost, none sent twice",
    )


async def _tell_the_history(story: Story, client: httpx.AsyncClient) -> None:
    async def list_runs(**query: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await client.get("/api/job-runs", params=query)).json()["items"]
        return items

    unwell = [run for status in ("Failed", "Abandoned") for run in await list_runs(status=status)]
    runs = {run["jobId"]: run for run in [*await list_runs(limit=HISTORY_LENGTH), *unwell]}
    print("\nThe run history that an auditor reads. The earlier days are demo data.")
    for run in sorted(runs.values(), key=lambda run: str(run["startedAt"]), reverse=True):
        moment = datetime.fromisoformat(run["startedAt"])
        job = f"{run['kind']} {run['platform']}"
        row = f"  {moment:%d %b %H:%M}  {job:<30}{run['status']:<11}{run['processedCount'] or 0:>3} done"
        print(f"{row}  {_shorten_ids(run['error'] or '')}".rstrip())
    story.check(
        {run["status"] for run in unwell} == {"Failed", "Abandoned"} and all(run["error"] for run in unwell),
        "a run that failed or was abandoned says why",
    )


def _shorten_ids(sentence: str) -> str:
    return re.sub(r"\b([0-9a-f]{8})-[0-9a-f-]{27}\b", r"\1", sentence)


async def _has_processed(client: httpx.AsyncClient, status: str, count: int) -> bool:
    run = (await client.get(status)).json()["activeJob"]
    return bool(run) and run["processedCount"] == count


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/api/openapi.json")).is_success
    except httpx.TransportError:
        return False


async def _until(look: Callable[[], Awaitable[bool]], patience_seconds: float = 60) -> None:
    async with asyncio.timeout(patience_seconds):
        while not await look():
            await asyncio.sleep(0.05)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        everything_right = asyncio.run(run_demo(Path(folder)))
    print("\nEvery result was right." if everything_right else "\nA result was wrong. See the lines with ✗ above.")
    raise SystemExit(0 if everything_right else 1)


if __name__ == "__main__":
    main()
