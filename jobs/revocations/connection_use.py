"""Keeps what a run's calls to a platform met, for the page Connections."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy.exc import DBAPIError

from access.connections.models import StoredCheck
from access.connections.records import keep_check, use_of
from access.connectors.description import Usage
from jobs.runs.errors import JobLockLostError
from jobs.runs.held_run import HeldRun
from sql.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)


@asynccontextmanager
async def kept_use(run: HeldRun, usage: Usage) -> AsyncIterator[None]:
    """Keeps the usage at the end, whatever happens. A database that cannot keep it does not fail the run."""
    try:
        yield
    finally:
        if usage.call_count or usage.error:
            await asyncio.to_thread(_keep, run, usage)


def _keep(run: HeldRun, usage: Usage) -> None:
    try:
        stored = StoredCheck(use=use_of(usage, run.context.run_database.utc_now()))
        by = str(run.job_type)
        run.write(partial(keep_check, platform=run.platform, stored=stored, by=by, job_id=run.job_id))
    except (DatabaseUnavailableError, DBAPIError, JobLockLostError):
        logger.warning("%s could not keep how its connection was", run, exc_info=True, extra=run.log_context())
