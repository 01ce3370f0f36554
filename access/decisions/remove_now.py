"""Revokes access now with a connector: removes the grant at the platform, looks whether it is gone, and records it."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from access.connectors.choice import open_connector
from access.connectors.connector import Resource
from access.connectors.errors import ConnectorStoppedError
from access.decisions.decide import Decided, find_chosen, outcomes_of, parse_ids, refusal, refuse_nothing
from access.errors import MaybeDecidedError, RemovalFailedError, RemovalUnrecordedError, WronglyRemovedError
from access.models import RequestId
from access.platforms.platform import Platform, SqlId
from access.revocations.grant_group import GrantGroup, in_chunks
from access.revocations.records import GrantToEnd, Revoker, find_grants_to_end, person_as_revoker, record_revocations
from api.authorization import Caller
from api.errors import AppError
from config.context import AppContext
from sql.deadline import Deadline
from sql.errors import CommitUnknownError, DatabaseUnavailableError

# A person waits for the answer, and a Static Web App cuts it off after 45 seconds.
REMOVAL_SECONDS = 25.0
NOT_TRIED = "Nothing was tried, because there was no time left. Try again."


def remove_and_revoke(
    context: AppContext, platform: Platform, caller: Caller, ids: Sequence[RequestId | str], reason: str
) -> list[Decided]:
    """Removes the grants at the platform, and revokes each request whose grant is confirmed gone."""
    wanted = parse_ids(platform, ids)
    with context.database.read() as connection:
        chosen = find_chosen(connection, platform, wanted)
        allowed = [each.id for each in chosen.values() if not refusal(platform, caller, each, refuse_nothing)]
        to_end = find_grants_to_end(connection, platform, allowed, only_expired=False)
    by = person_as_revoker(caller, reason)
    acted_on = asyncio.run(_remove_groups(context, platform, by, to_end)) if to_end else {}
    with context.database.read() as connection:
        chosen = find_chosen(connection, platform, wanted)
    return outcomes_of(platform, caller, ids, chosen, acted_on, refuse_nothing)


async def _remove_groups(
    context: AppContext, platform: Platform, by: Revoker, to_end: Sequence[GrantToEnd]
) -> dict[SqlId, AppError | None]:
    """Returns each request with its error, if any. Records a group as soon as the platform has answered.

    Begins only as many groups as the connector serves at once, so that the first ones end before the last ones begin.
    """
    deadline = Deadline.after(REMOVAL_SECONDS)
    by_resource: dict[Resource, list[GrantToEnd]] = defaultdict(list)
    for each in to_end:
        by_resource[each.grant.resource].append(each)

    async with open_connector(context.settings, platform) as connector:
        slots = asyncio.Semaphore(connector.max_concurrency)

        async def remove(group: GrantGroup) -> dict[SqlId, AppError | None]:
            async with slots:
                if deadline.has_passed:
                    return _not_removed(group, NOT_TRIED)
                try:
                    await group.remove(connector, deadline)
                except ConnectorStoppedError as error:
                    return _not_removed(group, str(error))
                return await asyncio.to_thread(_record_group, context, platform, by, group)

        groups = [GrantGroup.of(chunk) for grants in by_resource.values() for chunk in in_chunks(grants)]
        outcomes = await asyncio.gather(*(remove(group) for group in groups))
    return {request_id: error for outcome in outcomes for request_id, error in outcome.items()}


def _not_removed(group: GrantGroup, why: str) -> dict[SqlId, AppError | None]:
    return {grant.request_id: RemovalFailedError(why) for grant in (*group.grants, *group.superseded)}


def _record_group(
    context: AppContext, platform: Platform, by: Revoker, group: GrantGroup
) -> dict[SqlId, AppError | None]:
    records = list(group.records())
    failures: dict[SqlId, AppError | None] = {
        grant.request_id: RemovalFailedError(why) for grant, why in group.failures()
    }
    if not records:
        return failures
    try:
        written = context.database.run_transaction(
            lambda connection: record_revocations(
                connection, platform, records, by, only_expired=False, last_records=group.last_records
            )
        )
    except CommitUnknownError:
        return failures | {record.request_id: MaybeDecidedError() for record in records}
    except DatabaseUnavailableError:
        return failures | {record.request_id: RemovalUnrecordedError() for record in records}
    wrong = {record.request_id for record in written if record.outcome == "removedInError"}
    return failures | {
        record.request_id: WronglyRemovedError() if record.request_id in wrong else None for record in written
    }
