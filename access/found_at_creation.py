"""Looks whether a person already has the access that a new request is about.

A request must not end access that its creator has no right to end. Without a connector, nothing is looked at.
"""

import asyncio
import logging

from access.connectors.choice import open_connector, removes_access
from access.models import CreateRequest
from access.platforms.platform import Platform
from access.repository import FoundAtCreation
from api.authorization import Caller, Permission
from config.context import AppContext
from sql.deadline import Deadline

# The caller waits for the answer. A platform that needs longer is not known.
LOOK_SECONDS = 5.0
MAY_END_ANY_ACCESS = frozenset({Permission.CREATE, Permission.OPERATE})

logger = logging.getLogger(__name__)


def look_at_creation(
    context: AppContext, platform: Platform, request: CreateRequest, caller: Caller
) -> FoundAtCreation | None:
    """Returns the platform's answer, within LOOK_SECONDS, or None without a connector. Its trouble raises nothing."""
    if not removes_access(context.settings, platform):
        return None
    try:
        found = asyncio.run(_look(context, platform, request))
    except Exception:
        # Whatever the trouble, the request is stored: creation must not depend on the platform.
        logger.warning("%s could not be asked about a new request", platform.title, exc_info=True)
        found = None
    return FoundAtCreation(found, found is not False and not caller.roles & MAY_END_ANY_ACCESS)


async def _look(context: AppContext, platform: Platform, request: CreateRequest) -> bool | None:
    from access.connectors.connector import CurrentGrant, Grant  # loaded only with a connector

    grant = Grant.of_new_request(platform, request.model_dump())
    async with asyncio.timeout(LOOK_SECONDS), open_connector(context.settings, platform) as connector:
        current = (await connector.current_grants([grant], Deadline.after(LOOK_SECONDS)))[grant]
    if not isinstance(current, CurrentGrant):
        logger.warning("%s did not tell what a person has: %s", platform.title, current.reason)
        return None
    return current.is_direct
