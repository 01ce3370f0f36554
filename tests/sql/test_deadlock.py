"""Two writers that take the same rows in opposite order."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from jobs.job_types import JOB_TYPES
from jobs.run_records.job_run_helper import JobRunHelper
from sql.database import Database
from tests.rows import run_of

pytestmark = pytest.mark.slow


def test_two_writers_that_deadlock_both_get_their_work_done(database: Database) -> None:
    rows = [str(uuid4()), str(uuid4())]
    with database.connect() as connection:
        for job_id, job_type in zip(rows, map(str, JOB_TYPES), strict=False):
            JobRunHelper.try_acquire_lock(connection, job_id, job_type, "test")
            JobRunHelper.complete_job(connection, job_id, 0, 0)
    both_hold_a_row = Barrier(2)

    def write(order: list[str]) -> None:
        def work(connection: Connection) -> None:
            count_up = text("UPDATE JobRun SET Processed_Count = Processed_Count + 1 WHERE Job_Id = :job_id")
            connection.execute(count_up, {"job_id": order[0]})
            with suppress(BrokenBarrierError):
                both_hold_a_row.wait(timeout=2)
            connection.execute(count_up, {"job_id": order[1]})

        database.run_transaction(work)

    with ThreadPoolExecutor(2) as writers:
        done = [writers.submit(write, rows), writers.submit(write, rows[::-1])]
    for writer in done:
        writer.result()
    assert [run_of(database, job_id).processed_count for job_id in rows] == [2, 2]
