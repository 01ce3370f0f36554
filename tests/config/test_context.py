"""What a process opens: one pool for those who call, and one for the runs."""

from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import QueuePool

from access.platforms import DATABRICKS
from config.context import RUN_POOL_SIZE, open_app_context
from config.settings import read_settings
from jobs.revocations.run import run_revoke_expired
from tests.jobs.run_requests import revoke_run


def test_run_has_connections_of_its_own_while_callers_hold_all_of_theirs(tmp_path: Path) -> None:
    settings = read_settings(
        database_url=f"sqlite:///{tmp_path}/access.db", database_pool_size=5, revoke_delay_seconds=0
    )
    context = open_app_context(settings)
    with ExitStack() as callers:
        for _ in range(settings.database_pool_size):
            callers.enter_context(context.database.connect())
        assert run_revoke_expired(context, revoke_run(DATABRICKS)).revoked_count == 0
    pool = context.run_database.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.size() == RUN_POOL_SIZE
    context.close()
