"""A local host that is told to stop: its jobs end within their grace, whoever started them, and free their locks."""

import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from access.platforms import DATABRICKS
from jobs.run_records.job_run_helper import JobRunHelper
from sql.database import Database
from tests.local_host.processes import EXAMPLE, PATIENCE_SECONDS, running_local_host, wait_until
from tests.rows import add_request

REVOKE = "/api/databricks/access-requests/revoke-expired"
FIRE = "/admin/functions/databricks_revoke_expired_on_timer"
JOB_TYPE = "RevokeExpiredDatabricks"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("path", [REVOKE, FIRE], ids=["called", "timer"])
def test_run_ends_as_failed_when_its_server_is_stopped(tmp_path: Path, path: str, number: signal.Signals) -> None:
    url = f"sqlite:///{tmp_path}/access.db"
    database = Database(url)
    add_request(database, DATABRICKS, expires_on=database.utc_now() - timedelta(days=1))
    shutil.copy(EXAMPLE, tmp_path)
    settings: dict[str, Any] = {"DATABASE_URL": url, "REVOKE_DELAY_SECONDS": "300"}
    with running_local_host(tmp_path, by_command=True, **settings) as host, ThreadPoolExecutor(1) as callers:
        answering = callers.submit(host.client.post, path, json={})
        with database.connect() as connection:
            wait_until(lambda: JobRunHelper.get_active_job_info(connection, JOB_TYPE), "the job runs")
        host.process.send_signal(number)
        assert host.process.wait(PATIENCE_SECONDS) == 0
        answer = answering.result()
    with database.connect() as connection:
        run = JobRunHelper.get_last_run(connection, JOB_TYPE)
        assert JobRunHelper.get_active_job_info(connection, JOB_TYPE) is None
    database.close()
    assert run
    assert (run.status, run.error_message) == ("Failed", "Its server was stopped. The rest is still due.")
    assert answer.status_code == 202 or "Its server was stopped" in answer.json()["detail"]


def test_host_that_is_stopped_as_soon_as_it_answers_ends_soon(tmp_path: Path) -> None:
    """Its first looks into its own queues and the end of its server often meet: hence three times."""
    shutil.copy(EXAMPLE, tmp_path)
    for _ in range(3):
        with running_local_host(tmp_path) as host:
            host.process.terminate()
            assert host.process.wait(10) == 0
