"""The unique index settles a race that NOT EXISTS let through: SQLite's writers wait, so a trigger plays the rival."""

from uuid import uuid4

from sqlalchemy import text

from access.platforms import PALANTIR
from jobs.job_types import JobKind, JobType
from jobs.run_records.job_run_helper import JobRunHelper
from sql.database import Database
from tests.faults import execute
from tests.jobs.job_runs import acquire, acquired, holder_of
from tests.rows import age_heartbeat

JOB_TYPE = JobType(JobKind.REVOKE_EXPIRED, PALANTIR)
RIVAL_INSERTS_FIRST = """
    CREATE TRIGGER rival BEFORE INSERT ON JobRun WHEN NEW.Started_By <> 'rival'
    BEGIN
        INSERT INTO JobRun (Job_Id, Job_Type, Status, Started_At, Started_By, Heartbeat_At)
        VALUES ('00000000-0000-4000-8000-000000000000', NEW.Job_Type, 'InProgress', GETUTCDATE(), 'rival', NULL);
    END
"""


def test_loser_of_a_race_at_the_unique_index_is_told_false(sqlite_database: Database) -> None:
    execute(sqlite_database, RIVAL_INSERTS_FIRST)
    with sqlite_database.connect() as connection:
        assert JobRunHelper.try_acquire_lock(connection, str(uuid4()), str(JOB_TYPE), "test") is False
        assert not connection.in_transaction()


def test_takeover_that_loses_the_race_leaves_the_dead_run_to_the_winner(sqlite_database: Database) -> None:
    dead = acquired(sqlite_database, JOB_TYPE)
    age_heartbeat(sqlite_database, dead, minutes=11)
    execute(sqlite_database, RIVAL_INSERTS_FIRST)
    assert acquire(sqlite_database, JOB_TYPE) is None
    with sqlite_database.read() as connection:
        rows = connection.execute(text("SELECT Job_Id, Status, Error_Message FROM JobRun")).all()
    assert [tuple(row) for row in rows] == [(dead, "InProgress", None)]
    execute(sqlite_database, "DROP TRIGGER rival")
    heir = acquired(sqlite_database, JOB_TYPE)
    assert holder_of(sqlite_database, JOB_TYPE) == heir
