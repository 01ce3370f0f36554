"""Thousands of notifications in one run: against one of their sends, against bare inserts, and their cost to others.

Each run has a process of its own, on a file that this process has filled.
"""

import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import azure.functions as func
from sqlalchemy import QueuePool, event

from access.platforms import DATABRICKS
from api.http import answer
from benchmarks.comparison import Comparison, Reach, progress, seconds_taken, show_seconds
from benchmarks.workspace import Workspace
from config.context import AppContext, open_app_context
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.operations import notification_job_status
from jobs.reminders.mail.quota import NO_RUN
from jobs.reminders.run import run_expiry_notifications
from jobs.request import RunRequest
from jobs.runs.engine import MAX_GROUP_SIZE
from sql.column_types import to_sql_time
from sql.database import Database
from sql.statements import statement
from sql.tsql_functions import register_tsql_functions

REQUEST = RunRequest(JobType(JobKind.EXPIRY_NOTIFICATION, DATABRICKS), "benchmark")

MEMORY_MEGABYTES = 200
STATUS_SECONDS = 0.05
_INSERT = (
    "INSERT INTO ExpiryNotification_Databricks "
    "(DeltaRequestId, Notification_Type, Notified_Email, Notified_Dt, Job_Id) VALUES (?, ?, ?, GETUTCDATE(), ?)"
)


@dataclass(frozen=True)
class Measured:
    send_seconds: float
    run_seconds: float
    notified_count: int
    most_connections: int
    peak_megabytes: float
    worst_status_seconds: float


def compare(workspace: Workspace) -> Iterator[Comparison]:
    folder, count, send_seconds = workspace.folder, workspace.sizes.notifications, workspace.sizes.send_seconds
    yield _against_bare_inserts(_run(folder, count, 0), folder)
    normal = _run(folder, count, send_seconds)
    yield _against_one_send(normal, Reach("<=", 1.05))
    yield Comparison(
        "  its connections at once",
        str(normal.most_connections),
        "a run's share of its pool: 3",
        normal.most_connections / 3,
        Reach("<=", 1),
    )
    yield Comparison(
        "  worst answer on its status while its sends start",
        show_seconds(normal.worst_status_seconds),
        show_seconds(STATUS_SECONDS),
        normal.worst_status_seconds / STATUS_SECONDS,
        Reach("<=", 1),
    )
    bare = _measured("bare", str(10 * count), str(send_seconds))
    bare_tasks = f"as many bare tasks that sleep: {show_seconds(bare.run_seconds)}, {bare.peak_megabytes:.0f} MB"
    large = _run(folder, 10 * count, send_seconds)
    yield _against_one_send(large, Reach("<=", 1.3), bare_tasks)
    yield Comparison(
        "  its process's peak memory",
        f"{large.peak_megabytes:.0f} MB",
        f"{MEMORY_MEGABYTES} MB",
        large.peak_megabytes / MEMORY_MEGABYTES,
        Reach("<=", 1),
        bare_tasks,
    )


def _against_one_send(measured: Measured, reach: Reach, note: str = "") -> Comparison:
    return Comparison(
        f"{measured.notified_count:,} notifications in one run",
        show_seconds(measured.run_seconds),
        f"one send: {show_seconds(measured.send_seconds)}",
        measured.run_seconds / measured.send_seconds,
        reach,
        note,
    )


def _against_bare_inserts(measured: Measured, folder: Path) -> Comparison:
    """Inserts as many records with the bare driver, in groups of the same size, each in a transaction."""
    file = folder / "bare_inserts.db"
    Database(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        register_tsql_functions(connection)

        def insert() -> None:
            for start in range(0, measured.notified_count, MAX_GROUP_SIZE):
                group = range(start, min(start + MAX_GROUP_SIZE, measured.notified_count))
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(
                    _INSERT, [(number, "30-Day Reminder", f"person{number}@contoso.com", NO_RUN) for number in group]
                )
                connection.execute("COMMIT")

        bare_seconds = seconds_taken(insert)
    return Comparison(
        f"{measured.notified_count:,} notifications of 0 s, each",
        show_seconds(measured.run_seconds / measured.notified_count),
        f"a batched bare insert: {show_seconds(bare_seconds / measured.notified_count)}",
        measured.run_seconds / bare_seconds,
        Reach("<=", 5),
        "its second look at each request, its mail's text, its task and its record, a few microseconds each",
    )


def _run(folder: Path, count: int, send_seconds: float) -> Measured:
    progress(f"{count:,} notifications of {send_seconds:g} s each ...")
    file = folder / f"notifications-{count}-{send_seconds:g}.db"
    create_due_requests(file, count)
    return _measured("run", str(count), str(send_seconds), str(file))


def _measured(*arguments: str) -> Measured:
    """Measures in a new process, so that its memory is not shared."""
    command = [sys.executable, "-m", __name__, *arguments]
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Measured(**json.loads(finished.stdout))


def create_due_requests(file: Path, count: int) -> None:
    database = Database(f"sqlite:///{file}")
    soon = to_sql_time(database.utc_now() + timedelta(days=20))
    with database.transaction() as connection:
        connection.execute(
            statement("insert_request", connection, **DATABRICKS.sql_names),
            [
                {
                    "requested_by_email": f"person{number}@contoso.com",
                    "catalog_name": "main",
                    "schema_name": "sales",
                    "table_name": "orders",
                    "privilege": "SELECT",
                    "business_reason": "Quarterly revenue report for the board",
                    "expires_on": soon,
                    "idempotency_key": None,
                    "created_by": "benchmark",
                }
                for number in range(count)
            ],
        )
    database.close()


def measure(file: Path, count: int, send_seconds: float) -> Measured:
    """Measures one run in a thread of its own, as in the Functions worker."""
    settings = read_settings(
        database_url=f"sqlite:///{file}", simulated_email_seconds=send_seconds, run_max_items=count
    )
    context = open_app_context(settings)
    connections = _watch_pool(context.run_database)
    notified: list[int] = []

    def run() -> None:
        notified.append(run_expiry_notifications(context, REQUEST).notified_count)

    thread = threading.Thread(target=run)
    worst_status_seconds = 0.0
    started = time.perf_counter()
    thread.start()
    while thread.is_alive() and time.perf_counter() - started < 2:
        worst_status_seconds = max(worst_status_seconds, seconds_taken(lambda: _ask_status(context)))
        time.sleep(0.02)
    thread.join()
    run_seconds = time.perf_counter() - started
    context.close()
    return Measured(
        send_seconds=seconds_taken(lambda: asyncio.run(asyncio.sleep(send_seconds))),
        run_seconds=run_seconds,
        notified_count=notified[0],
        most_connections=max(connections),
        peak_megabytes=_peak_megabytes(),
        worst_status_seconds=worst_status_seconds,
    )


def measure_bare_tasks(count: int, send_seconds: float) -> Measured:
    """Measures as many asyncio tasks that only sleep, in a process with the same imports as a run."""

    async def sleep_all() -> None:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(count):
                tasks.create_task(asyncio.sleep(send_seconds))

    return Measured(
        send_seconds=send_seconds,
        run_seconds=seconds_taken(lambda: asyncio.run(sleep_all())),
        notified_count=count,
        most_connections=0,
        peak_megabytes=_peak_megabytes(),
        worst_status_seconds=0,
    )


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bytes_per_unit = 1 if sys.platform == "darwin" else 1024
    return peak * bytes_per_unit / 1_000_000


def _ask_status(context: AppContext) -> None:
    operation = notification_job_status(DATABRICKS)
    request = func.HttpRequest("GET", f"http://localhost/api/{operation.path}", body=b"")
    assert answer(operation, request, context).status_code == 200


def _watch_pool(database: Database) -> list[int]:
    """Returns a list that gets the number of connections in use whenever one is checked out."""
    counts: list[int] = []
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    event.listen(pool, "checkout", lambda *_: counts.append(pool.checkedout()))
    return counts


if __name__ == "__main__":
    what, count, send_seconds, *files = sys.argv[1:]
    measured = (
        measure(Path(files[0]), int(count), float(send_seconds))
        if what == "run"
        else measure_bare_tasks(int(count), float(send_seconds))
    )
    print(json.dumps(asdict(measured)))
