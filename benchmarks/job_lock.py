"""Taking and ending a job's lock through JobRunHelper, against the same two statements with the bare driver."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

from benchmarks.comparison import Comparison, median_seconds, progress, show_seconds
from benchmarks.workspace import Workspace
from jobs.run_records.job_run_helper import STALE_AFTER_MINUTES, JobRunHelper
from sql.database import Database
from sql.statements import render
from sql.tsql_functions import register_tsql_functions

ENDING = (
    "total_count",
    "processed_count",
    "failed_count",
    "no_longer_due_count",
    "superseded_count",
    "removed_in_error_count",
    "waiting_mails",
    "not_known_count",
)


def compare(workspace: Workspace) -> Iterator[Comparison]:
    progress("Lock, acquired and completed ...")
    file = workspace.folder / "lock.db"
    database = Database(f"sqlite:///{file}")
    with database.connect() as connection, closing(sqlite3.connect(file, isolation_level=None)) as bare:
        register_tsql_functions(bare)

        def ours() -> None:
            job_id = str(uuid4())
            JobRunHelper.try_acquire_lock(connection, job_id, "Ours", "server")
            JobRunHelper.complete_job(connection, job_id, 1, 0)

        def theirs() -> None:
            run = {
                "job_id": str(uuid4()),
                "job_type": "Bare",
                "started_by": "server",
                "triggered_by": None,
                "trigger_kind": None,
                "continues_job_id": None,
            }
            bare.execute(render("acquire_lock", "sqlite"), {**run, "stale_after_minutes": STALE_AFTER_MINUTES})
            counts = dict.fromkeys(ENDING, 0) | {"stop_reason": None, "stop_detail": None}
            bare.execute(render("complete_run", "sqlite"), {"job_id": run["job_id"], **counts})

        our_seconds, their_seconds = median_seconds(workspace.sizes.lock_repeats, ours, theirs)
    database.close()
    compared_with = f"bare driver: {show_seconds(their_seconds)}"
    ratio = our_seconds / their_seconds
    yield Comparison("lock acquired and completed", show_seconds(our_seconds), compared_with, ratio)
