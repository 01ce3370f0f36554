"""Prunes the history of runs and their failures. Reminders and revocations are never pruned."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from sql.database import Database
from sql.deadline import Deadline
from sql.errors import DatabaseUnavailableError
from sql.statements import statement

# Small, so that no lock grows to a whole table, and few, so that no caller waits. The next run deletes more.
BATCH_SIZE = 500
MAX_BATCHES = 20

logger = logging.getLogger(__name__)


def prune_history(database: Database, days: int, until: Deadline) -> None:
    """Deletes runs and failures older than so many days, a few batches at most.

    No batch begins after the deadline. A failure is logged, and the next run tries again.
    """
    try:
        for name in ("prune_failures", "prune_runs"):
            for _ in range(MAX_BATCHES):
                if until.has_passed or _prune(database, name, days) < BATCH_SIZE:
                    break
        database.refresh_statistics()
    except (SQLAlchemyError, DatabaseUnavailableError) as error:
        logger.warning("The history could not be pruned: %s", error)


def _prune(database: Database, name: str, days: int) -> int:
    with database.transaction() as connection:
        return connection.execute(statement(name, connection), {"days": -days, "limit": BATCH_SIZE}).rowcount
