"""Earlier releases beside this version on one SQLite file, as while a new version is rolled out."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from access.platforms import DATABRICKS
from jobs.job_types import JobKind, JobType
from jobs.reminders.due import find_due_notifications
from sql.database import Database
from tests.jobs.job_runs import acquire, acquired, holder_of
from tests.local_host.processes import LocalHost, running_local_host
from tests.rows import add_request, reminders, status_of

ROOT = Path(__file__).parents[2]
# The last release, and the last version without the column JobRunFailure.Was_Sent.
RELEASES = {
    "last release": "3acd7e91ba9a3e5afe51fa7ff5a295122786759d",
    "before Was_Sent": "488ac36edc6b7b6afc65e5dbdbe2dd59e1d78973",
}
JOBS = f"/api/{DATABRICKS.key}/access-requests"
REVOKE = JobType(JobKind.REVOKE_EXPIRED, DATABRICKS)
# The database refuses the record of a mail that was sent.
FAULT = """
CREATE TRIGGER refuse_records BEFORE INSERT ON ExpiryNotification_Databricks
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: refused'); END
"""


def tree_of(commit: str, folder: Path) -> Path:
    """Writes the files of a commit, and skips where a shallow clone lacks it."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"the history has no commit {commit[:12]}: a shallow clone, or no clone")
    folder.mkdir()
    subprocess.run(["tar", "--extract", "--directory", folder], input=archive.stdout, check=True)
    return folder


@pytest.fixture(params=list(RELEASES.values()), ids=list(RELEASES))
def old_host(request: pytest.FixtureRequest, tmp_path: Path, database: Database) -> Iterator[LocalHost]:
    """An earlier release, as a process on a file that this version has opened."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("on one SQLite file")
    tree = tree_of(request.param, tmp_path / "release")
    url = f"sqlite:///{database.engine.url.database}"
    settings: dict[str, Any] = {"SIMULATED_EMAIL_SECONDS": "0", "REVOKE_DELAY_SECONDS": "0", "PYTHONPATH": str(tree)}
    with running_local_host(tree, by_command=True, DATABASE_URL=url, **settings) as host:
        yield host


def test_earlier_release_and_this_version_keep_each_others_promises(database: Database, old_host: LocalHost) -> None:
    now = database.utc_now()
    ending = add_request(database, DATABRICKS, expires_on=now + timedelta(days=5), email="due@test.com")
    expired = add_request(database, DATABRICKS, expires_on=now - timedelta(days=3))

    holder = acquired(database, REVOKE)
    assert old_host.client.post(f"{JOBS}/revoke-expired").status_code == 409
    assert holder_of(database, REVOKE) == holder
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE JobRun SET Status = 'Completed', Completed_At = GETUTCDATE()")
    assert old_host.client.post(f"{JOBS}/revoke-expired").json()["revokedCount"] == 1
    assert status_of(database, DATABRICKS, expired) == "Revoked"
    assert acquire(database, REVOKE)

    with database.transaction() as connection:
        connection.exec_driver_sql(FAULT)
    assert old_host.client.post(f"{JOBS}/send-expiry-notifications").json()["failedCount"] == 1
    with database.read() as connection:
        (due,) = find_due_notifications(connection, DATABRICKS, [ending])
    assert due.was_sent
    with database.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER refuse_records")
    assert old_host.client.post(f"{JOBS}/send-expiry-notifications").status_code == 200
    assert reminders(database, DATABRICKS, ending) == ["30-Day Reminder"]
