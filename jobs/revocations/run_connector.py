"""Opens a run's connector, and keeps what its calls met for the page Connections."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy.exc import DBAPIError

from access.connections.models import StoredCheck
from access.connections.records import keep_check, use_of
from access.connectors.choice import open_connector
from access.connectors.connector import Connector
from access.connectors.description import Usage
from jobs.runs.errors import JobLockLostError
from jobs.runs.held_run import HeldRun
from sql.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)


@asynccontextmanager
async def run_connector(run: HeldRun) -> AsyncIterator[Connector]:
    """Yields the connector. A database that cannot keep what its calls met does not fail the run."""
    async with open_connector(run.settings, run.platform) as connector:
        try:
            yield connector
        finally:
            if connector.usage.call_count or connector.usage.error:
                await asyncio.to_thread(_keep, run, connector.usage)


def _keep(run: HeldRun, usage: Usage) -> None:
    try:
        stored = StoredCheck(use=use_of(usage, run.context.run_database.utc_now()))
        by = str(run.job_type)
        run.write(partial(keep_check, platform=run.platform, stored=stored, by=by, job_id=run.job_id))
    except (DatabaseUnavailableError, DBAPIError, JobLockLostError):
        logger.warning("%s could not keep how its connection was", run, exc_info=True, extra=run.log_context())
