"""Asks a platform about the grants that a revoke run would remove."""

import asyncio
from collections.abc import Mapping, Sequence

from access.connectors.choice import open_connector
from access.connectors.connector import CurrentGrant, Found, Grant, LookFailed, NotKnown
from access.connectors.errors import ConnectorStoppedError
from access.models import StoredRequest
from access.platforms.platform import Platform
from config.context import AppContext
from jobs.models import PreviewedRevocation
from sql.deadline import Deadline

# The most grants to ask about, and the time for that, since a person waits for the answer.
MAX_ASKED = 100
ASKING_SECONDS = 20.0


def with_current_grants(
    context: AppContext, platform: Platform, requests: Sequence[StoredRequest], items: Sequence[PreviewedRevocation]
) -> list[PreviewedRevocation]:
    """Returns the items, one for each request. The first MAX_ASKED have the platform's answer. Changes nothing."""
    grants = [Grant.from_row(platform, request.model_dump()) for request in requests[:MAX_ASKED]]

    async def ask() -> Mapping[Grant, Found]:
        async with open_connector(context.settings, platform) as connector:
            return await connector.current_grants(grants, Deadline.after(ASKING_SECONDS))

    try:
        current = asyncio.run(ask())
    except ConnectorStoppedError as error:
        current = dict.fromkeys(grants, LookFailed(str(error)))
    asked = [
        item.model_copy(update=dict(zip(("current_grant", "detail"), _told(current[grant]), strict=True)))
        for item, grant in zip(items, grants, strict=False)
    ]
    return [*asked, *items[MAX_ASKED:]]


def _told(current: Found) -> tuple[str, str | None]:
    match current:
        case LookFailed(reason) | NotKnown(reason):
            return "unknown", reason
        case CurrentGrant(is_direct=True):
            return "direct", current.through
        case CurrentGrant(through=str(through)):
            return "through", through
    return "gone", None
