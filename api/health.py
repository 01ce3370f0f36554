"""Tells probes whether the app is alive and ready. Probes do not sign in and get no details."""

import logging
from functools import lru_cache
from typing import Literal

from api.call import Call
from api.errors import NotReadyError
from api.model import ApiModel
from api.operations import Operation
from sql.database import Database
from sql.errors import DatabaseUnavailableError
from sql.schema import StepOutcome, check_schema

logger = logging.getLogger(__name__)


class Health(ApiModel):
    status: Literal["live", "ready"]


def _is_live(_call: Call) -> Health:
    return Health(status="live")


def _is_ready(call: Call) -> Health:
    """Answers once the database and its schema are usable, and a run could write. Raises NotReadyError."""
    database = call.context.database
    try:
        database.require_writable()
        database.utc_now()
        _require_schema(database)
    except DatabaseUnavailableError as error:
        logger.warning("Not ready: %s", error)
        raise NotReadyError from error
    return Health(status="ready")


@lru_cache(maxsize=8)
def _require_schema(database: Database) -> None:
    """Raises NotReadyError when part of the schema is missing.

    Only success is remembered: nothing drops a part of a complete schema.
    """
    with database.read() as connection:
        missing = [str(result.step) for result in check_schema(connection) if result.outcome is StepOutcome.MISSING]
    if missing:
        logger.warning("Not ready: the schema is incomplete. Missing: %s", ", ".join(missing))
        raise NotReadyError


OPERATIONS = (
    Operation(
        name="show_health",
        method="GET",
        path="health",
        summary="The app is alive",
        tag="Health",
        permission=None,
        handler=_is_live,
        answer=Health,
    ),
    Operation(
        name="show_readiness",
        method="GET",
        path="health/ready",
        summary="The database can be reached and written to, and its schema is complete",
        tag="Health",
        permission=None,
        handler=_is_ready,
        answer=Health,
        errors=(NotReadyError,),
    ),
)
