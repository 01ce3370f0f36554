"""What a platform says now of requests that a run would take away."""

import asyncio
from collections.abc import Mapping, Sequence

from access.connectors.choice import open_connector
from access.connectors.connector import Failed, Grant, Holding
from access.connectors.errors import ConnectorStoppedError
from access.models import StoredRequest
from access.platforms.platform import Platform
from config.context import AppContext
from jobs.models import PreviewedRevocation
from sql.deadline import Deadline

# Of how many the platform is asked, and for how long: a person waits for the answer.
MAX_ASKED = 100
ASKING_SECONDS = 20.0


def with_what_is_held(
    context: AppContext, platform: Platform, requests: Sequence[StoredRequest], items: Sequence[PreviewedRevocation]
) -> list[PreviewedRevocation]:
    """The items, one for each request, the first of them with what the platform says; changes nothing there."""
    grants = [Grant.from_row(platform, request.model_dump()) for request in requests[:MAX_ASKED]]

    async def ask() -> Mapping[Grant, Holding | Failed]:
        async with open_connector(context.settings, platform) as connector:
            return await connector.held(grants, Deadline.after(ASKING_SECONDS))

    try:
        held = asyncio.run(ask())
    except ConnectorStoppedError as error:
        held = dict.fromkeys(grants, Failed(str(error), error.may_pass))
    asked = [
        item.model_copy(update=dict(zip(("held", "detail"), _told(held[grant]), strict=True)))
        for item, grant in zip(items, grants, strict=False)
    ]
    return [*asked, *items[MAX_ASKED:]]


def _told(held: Holding | Failed) -> tuple[str, str | None]:
    match held:
        case Failed(reason):
            return "unknown", reason
        case Holding(is_direct=True):
            return "direct", held.through
        case Holding(through=str(through)):
            return "through", through
    return "gone", None
