"""All four jobs at once in one process, on as few connections as the settings allow."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from access.platforms import PLATFORMS
from config.context import AppContext
from config.settings import Settings, read_settings
from jobs.job_types import JOB_TYPES
from jobs.reminders.run import run_expiry_notifications
from jobs.request import RunRequest
from jobs.revocations.run import run_revoke_expired
from sql.database import Database
from tests.jobs.run_requests import reminder_run, revoke_run
from tests.rows import add_requests, recent_runs, today

COUNT = 50


def smallest_pool() -> int:
    return int(Settings.model_json_schema()["properties"]["database_pool_size"]["minimum"])


@pytest.fixture
def cramped_context(database_url: str) -> Iterator[AppContext]:
    pool_size = smallest_pool()
    settings = read_settings(
        database_url=database_url, database_pool_size=pool_size, simulated_email_seconds=0.3, revoke_delay_seconds=0.3
    )
    database = Database(database_url, pool_size=pool_size)
    yield AppContext(settings, database, database)
    database.close()


@pytest.mark.timeout(120)
def test_four_jobs_at_once_complete_on_the_smallest_pool(cramped_context: AppContext) -> None:
    database = cramped_context.database
    midnight = today(database)
    for platform in PLATFORMS:
        add_requests(database, platform, [{"expires_on": midnight + timedelta(days=days)} for days in [-1, 5] * COUNT])
    all_ready = Barrier(len(JOB_TYPES))

    def start(run: Any, request: RunRequest) -> Any:
        all_ready.wait(60)
        return run(cramped_context, request)

    jobs: list[Any] = [(run_expiry_notifications, reminder_run(platform)) for platform in PLATFORMS]
    jobs += [(run_revoke_expired, revoke_run(platform)) for platform in PLATFORMS]
    with ThreadPoolExecutor(len(jobs)) as threads:
        notified_1, notified_2, revoked_1, revoked_2 = threads.map(start, *zip(*jobs, strict=True))
    assert (notified_1.notified_count, notified_2.notified_count) == (COUNT, COUNT)
    assert (revoked_1.revoked_count, revoked_2.revoked_count) == (COUNT, COUNT)
    with database.connect() as connection:
        runs = recent_runs(connection, 10)
    assert {(run.job_type, run.status) for run in runs} == {(str(job_type), "Completed") for job_type in JOB_TYPES}
