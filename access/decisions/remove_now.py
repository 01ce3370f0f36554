"""Revokes access now where a connector takes it away at the platform: remove, look whether it is gone, record."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from access.connectors.choice import open_connector
from access.connectors.errors import ConnectorStoppedError
from access.decisions.decide import Decided, SqlId, find_chosen, parse_ids, refusal, refuse_nothing, what_came_of
from access.errors import MaybeDecidedError, RemovalFailedError, RemovalUnrecordedError, WronglyRemovedError
from access.models import RequestId
from access.platforms import Platform
from access.revocations.grant_group import ResourceGroup, in_chunks
from access.revocations.records import GrantToEnd, Resource, find_grants_to_end, record_revocations
from api.authorization import Caller
from api.errors import AppError
from config.context import AppContext
from sql.deadline import Deadline
from sql.errors import CommitUnknownError, DatabaseUnavailableError

# For how long the platform is asked: a person waits, and a Static Web App cuts an answer off after 45 seconds.
REMOVAL_SECONDS = 25.0
NOT_TRIED = "There was no time left for it, and nothing was tried. Send it again."


def take_away_requests(
    context: AppContext, platform: Platform, caller: Caller, ids: Sequence[RequestId | str], reason: str
) -> list[Decided]:
    wanted = parse_ids(platform, ids)
    with context.database.read() as connection:
        chosen = find_chosen(connection, platform, wanted)
        allowed = [each.id for each in chosen.values() if not refusal(platform, caller, each, refuse_nothing)]
        to_end = find_grants_to_end(connection, platform, allowed, only_expired=False)
    acted_on = asyncio.run(_take_away_groups(context, platform, caller, to_end, reason)) if to_end else {}
    with context.database.read() as connection:
        chosen = find_chosen(connection, platform, wanted)
    return what_came_of(platform, caller, ids, chosen, acted_on, refuse_nothing)


async def _take_away_groups(
    context: AppContext, platform: Platform, caller: Caller, to_end: Sequence[GrantToEnd], reason: str
) -> dict[SqlId, AppError | None]:
    """Each request, with what kept it from being done. A group is recorded as soon as the platform answered.

    As many groups are begun as the connector serves at once: the first are done before the last are looked at.
    """
    deadline = Deadline.after(REMOVAL_SECONDS)
    by_resource: dict[Resource, list[GrantToEnd]] = defaultdict(list)
    for each in to_end:
        by_resource[each.grant.resource].append(each)

    async with open_connector(context.settings, platform) as connector:
        slots = asyncio.Semaphore(connector.max_concurrency)

        async def take_away(group: ResourceGroup) -> dict[SqlId, AppError | None]:
            async with slots:
                if deadline.has_passed:
                    return _not_taken_away(group, NOT_TRIED)
                try:
                    await group.take_away(connector, deadline)
                except ConnectorStoppedError as error:
                    return _not_taken_away(group, str(error))
                return await asyncio.to_thread(_record_group, context, platform, caller, group, reason)

        groups = [ResourceGroup.of(chunk) for grants in by_resource.values() for chunk in in_chunks(grants)]
        outcomes = await asyncio.gather(*(take_away(group) for group in groups))
    return {request_id: error for outcome in outcomes for request_id, error in outcome.items()}


def _not_taken_away(group: ResourceGroup, why: str) -> dict[SqlId, AppError | None]:
    return {grant.request_id: RemovalFailedError(why) for grant in (*group.grants, *group.superseded)}


def _record_group(
    context: AppContext, platform: Platform, caller: Caller, group: ResourceGroup, reason: str
) -> dict[SqlId, AppError | None]:
    removals = list(group.records())
    failures: dict[SqlId, AppError | None] = {
        grant.request_id: RemovalFailedError(why) for grant, why in group.failures()
    }
    if not removals:
        return failures
    try:
        records = context.database.run_transaction(
            lambda connection: record_revocations(connection, platform, caller, removals, reason)
        )
    except CommitUnknownError:
        return failures | {removal.request_id: MaybeDecidedError() for removal in removals}
    except DatabaseUnavailableError:
        return failures | {removal.request_id: RemovalUnrecordedError() for removal in removals}
    wrong = {record.request_id for record in records if record.outcome == "removedInError"}
    return failures | {
        record.request_id: WronglyRemovedError() if record.request_id in wrong else None for record in records
    }
