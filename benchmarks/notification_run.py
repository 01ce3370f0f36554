"""Ten thousand notifications in one run against one of their sends, in a process of their own."""

import asyncio
import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event

from access.platforms import DATABRICKS
from benchmarks.comparison import Comparison, Reach, progress, seconds_taken, show_seconds
from benchmarks.sizes import Sizes
from config.context import AppContext
from config.settings import read_settings
from jobs.expiry_notifications import run_expiry_notifications
from jobs.mail.message import ReminderEmail, compose_reminder
from jobs.mail.simulation import SimulatedEmailSender
from sql.column_types import to_sql_time
from sql.database import Database
from sql.statements import statement
from tests.jobs.runs import due_now

MEMORY_MEGABYTES = 300


@dataclass(frozen=True)
class Measured:
    send_seconds: float
    run_seconds: float
    notified_count: int
    most_connections: int
    pool_size: int
    peak_megabytes: float


def compare(sizes: Sizes, folder: Path) -> list[Comparison]:
    progress(f"{sizes.notifications} notifications of {sizes.send_seconds:g} s each, and one send alone ...")
    arguments = [str(folder / "notifications.db"), str(sizes.notifications), str(sizes.send_seconds)]
    finished = subprocess.run(
        [sys.executable, "-m", __name__, *arguments], stdout=subprocess.PIPE, text=True, check=True
    )
    measured = Measured(**json.loads(finished.stdout))
    run = f"{measured.notified_count} notifications in one run"
    return [
        Comparison(
            run,
            show_seconds(measured.run_seconds),
            f"one send: {show_seconds(measured.send_seconds)}",
            measured.run_seconds / measured.send_seconds,
            Reach("<=", 1.2),
        ),
        Comparison(
            "  its connections at once",
            str(measured.most_connections),
            f"the pool: {measured.pool_size}",
            measured.most_connections / measured.pool_size,
            Reach("<=", 1),
        ),
        Comparison(
            "  its process's peak memory",
            f"{measured.peak_megabytes:.0f} MB",
            f"{MEMORY_MEGABYTES} MB",
            measured.peak_megabytes / MEMORY_MEGABYTES,
            Reach("<=", 1),
        ),
    ]


def measure(path: Path, count: int, send_seconds: float) -> Measured:
    settings = read_settings(database_url=f"sqlite:///{path}", simulated_email_seconds=send_seconds)
    database = Database(settings.database_url, pool_size=settings.database_pool_size)
    _add_due_requests(database, count)
    connections = _watch_pool(database)
    email = compose_reminder(due_now(database, DATABRICKS)[0], "alice@test.com", DATABRICKS)
    one_send = seconds_taken(lambda: asyncio.run(_send_one(send_seconds, email)))
    responses = []
    context = AppContext(settings, database, database)
    run = seconds_taken(
        lambda: responses.append(run_expiry_notifications(context, DATABRICKS, triggered_by="benchmark"))
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bytes_per_unit = 1 if sys.platform == "darwin" else 1024
    return Measured(
        send_seconds=one_send,
        run_seconds=run,
        notified_count=responses[0].notified_count,
        most_connections=max(connections),
        pool_size=settings.database_pool_size,
        peak_megabytes=peak * bytes_per_unit / 1_000_000,
    )


async def _send_one(seconds: float, email: ReminderEmail) -> None:
    await SimulatedEmailSender(seconds).send(email)


def _add_due_requests(database: Database, count: int) -> None:
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
                }
                for number in range(count)
            ],
        )


def _watch_pool(database: Database) -> list[int]:
    """Grows by the number of connections in use whenever one is checked out."""
    counts: list[int] = []
    event.listen(database.engine, "checkout", lambda *_: counts.append(database.engine.pool.checkedout()))  # type: ignore[attr-defined]
    return counts


if __name__ == "__main__":
    path, count, send_seconds = sys.argv[1:]
    print(json.dumps(asdict(measure(Path(path), int(count), float(send_seconds)))))
