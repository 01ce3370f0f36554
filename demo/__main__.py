"""`python -m demo`: a fresh database, the local host, and all four jobs at once over HTTP; fails if anything is off."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from access.platforms import PLATFORMS
from demo.data import load_demo_data
from jobs.job_run_helper import JobRun, JobRunHelper
from sql.database import Database

PROJECT = Path(__file__).parents[1]
HISTORY_LENGTH = 10


@dataclass(frozen=True)
class Job:
    """One of the four jobs by its paths, and the list that says how much it has to do."""

    name: str
    trigger: str
    status: str
    pending: str


JOBS = [
    Job(f"{name}{platform.title}", *(f"/api/{platform.key}/access-requests/{path}" for path in paths))
    for name, *paths in (
        ("ExpiryNotification", "send-expiry-notifications", "notification-job-status", "pending-notifications"),
        ("RevokeExpired", "revoke-expired", "revoke-job-status", "pending-expiry"),
    )
    for platform in PLATFORMS
]


@dataclass(frozen=True)
class Outcome:
    job: Job
    pending: int
    status_code: int
    answer: dict[str, Any]
    seconds: float
    last_run: dict[str, Any]

    @property
    def processed(self) -> int:
        return int(self.answer.get("notifiedCount", self.answer.get("revokedCount", -1)))

    @property
    def failed(self) -> int:
        return int(self.answer.get("failedCount", 0))

    @property
    def is_right(self) -> bool:
        counted = (self.processed, self.failed) == (self.pending, 0)
        return self.status_code == 200 and counted and self.last_run["status"] == "Completed"


async def run_demo(folder: Path) -> bool:
    """True when everything was as it must be."""
    database = Database(f"sqlite:///{folder}/demo.db")
    load_demo_data(database)
    async with _local_host(folder / "demo.db") as client:
        print("Triggering all four jobs at once, with 10 s for every e-mail and 15 s before every revocation.\n")
        watching = asyncio.create_task(_watch(client))
        running = [asyncio.create_task(_run(client, job)) for job in JOBS]
        await asyncio.sleep(4)
        refusals = [await client.post(job.trigger) for job in JOBS]
        outcomes = await asyncio.gather(*running)
        watching.cancel()
    refused = _report_refusals(refusals)
    _report_outcomes(outcomes)
    with database.read() as connection:
        _report_history(JobRunHelper.list_recent_runs(connection, HISTORY_LENGTH))
    database.close()
    return refused and all(outcome.is_right for outcome in outcomes)


@asynccontextmanager
async def _local_host(database_file: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Runs in the demo's own folder: in the project's, a timer that was missed would fire at once and hold a lock."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "DATABASE_URL": f"sqlite:///{database_file}",
        "PORT": str(port),
        "SIMULATED_EMAIL_SECONDS": "10",
        "REVOKE_DELAY_SECONDS": "15",
        "EMAIL_SENDER": "simulated",
        "PYTHONPATH": str(PROJECT),
    }
    shutil.copy(PROJECT / "local.settings.json.example", database_file.parent)
    log = database_file.with_suffix(".log")
    with log.open("w") as output:
        host = subprocess.Popen(
            [sys.executable, "-m", "local_host"],
            cwd=database_file.parent,
            env={**os.environ, **settings},
            stdout=output,
            stderr=output,
        )
    try:
        async with httpx.AsyncClient(base_url=f"http://localhost:{port}", timeout=120) as client:
            await _wait_until_it_answers(client, host, log)
            yield client
    finally:
        host.terminate()
        host.wait()


async def _wait_until_it_answers(client: httpx.AsyncClient, host: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if host.poll() is not None:
            break
        try:
            await client.get(JOBS[0].status)
            return
        except httpx.TransportError:
            await asyncio.sleep(0.1)
    raise SystemExit(f"The local host does not answer:\n{log.read_text()}")


async def _run(client: httpx.AsyncClient, job: Job) -> Outcome:
    pending = (await client.get(job.pending)).json()["total"]
    started = time.monotonic()
    response = await client.post(job.trigger)
    seconds = time.monotonic() - started
    status = (await client.get(job.status)).json()
    return Outcome(job, pending, response.status_code, response.json(), seconds, status["lastRun"])


async def _watch(client: httpx.AsyncClient) -> None:
    """A line every two seconds, so that a long demo is not silent."""
    started = time.monotonic()
    while True:
        await asyncio.sleep(2)
        states = [(await client.get(job.status)).json() for job in JOBS]
        print(f"{time.monotonic() - started:5.0f} s  " + "  ".join(map(_describe, JOBS, states)), flush=True)


def _describe(job: Job, state: dict[str, Any]) -> str:
    active = state["activeJob"]
    if not active:
        return f"{job.name}: done"
    return (
        f"{job.name}: {active['processedCount'] or 0}/{'?' if active['totalCount'] is None else active['totalCount']}"
    )


def _report_refusals(refusals: list[httpx.Response]) -> bool:
    print("\nA second trigger while the first runs:")
    for job, response in zip(JOBS, refusals, strict=True):
        active = response.json().get("activeJob") or {}
        print(
            f"  {job.name:<30} {response.status_code}  held by run {active.get('jobId')} on {active.get('startedBy')}"
        )
    return all(response.status_code == 409 and response.json().get("activeJob") for response in refusals)


def _report_outcomes(outcomes: list[Outcome]) -> None:
    print(f"\n{'job':<30} {'status':<10} {'processed':>9} {'failed':>7} {'seconds':>8}")
    for outcome in outcomes:
        row = f"{outcome.job.name:<30} {outcome.last_run['status']:<10} {outcome.processed:>9} {outcome.failed:>7}"
        verdict = "" if outcome.is_right else f"   <- expected {outcome.pending}, got {outcome.answer}"
        print(f"{row} {outcome.seconds:>8.1f}{verdict}")


def _report_history(runs: list[JobRun]) -> None:
    print(f"\n{'started (UTC)':<20} {'job':<30} {'status':<10} {'processed':>9} {'by':<14} error")
    for run in runs:
        row = f"{run.started_at:%Y-%m-%d %H:%M:%S}  {run.job_type:<30} {run.status:<10} {run.processed_count or 0:>9}"
        print(f"{row} {run.triggered_by or '':<14} {run.error_message or ''}".rstrip())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        everything_right = asyncio.run(run_demo(Path(folder)))
    print("\nEverything was as it must be." if everything_right else "\nSomething is off: see the lines above.")
    raise SystemExit(0 if everything_right else 1)


if __name__ == "__main__":
    main()
