"""Revokes access now with a connector: removes the grant at the platform, looks whether it is gone, and records it.

The intent is on record before the call. A stop of the server waits for the decision, as it waits for runs.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from access.connectors.choice import open_connector
from access.connectors.connector import Connector, Grant, Pause, Resource
from access.connectors.errors import ConnectorStoppedError
from access.connectors.names import place_key
from access.decisions.decide import Decided, find_chosen, outcomes_of, parse_ids, refusal, refuse_nothing
from access.decisions.platform_calls import DECISION_SECONDS, NOT_TRIED, SERVER_STOPS, CallSlots, hurried
from access.errors import (
    AccessNotKnownError,
    MaybeDecidedError,
    RemovalFailedError,
    RemovalNotBegunError,
    RemovalUnrecordedError,
    WronglyRemovedError,
)
from access.models import MAX_DECIDED_AT_ONCE, RequestId
from access.platforms.platform import Platform, SqlId
from access.revocations.grant_group import GrantGroup, in_chunks
from access.revocations.intents import (
    close_intent,
    close_left_intents,
    list_left_intents,
    record_intent,
    settle_intents,
)
from access.revocations.records import (
    GrantToEnd,
    RevocationRecord,
    Revoker,
    find_grants_to_end,
    list_standing_beside,
    person_as_revoker,
    record_revocations,
)
from api.authorization import Caller
from api.errors import AppError
from config.context import AppContext
from config.server_stop import server_stop
from sql.deadline import Deadline
from sql.errors import CommitUnknownError, DatabaseUnavailableError

CUT_OFF = "The server was stopped during the removal. It may or may not have taken effect. Try again in a minute."

logger = logging.getLogger(__name__)
Outcomes = dict[SqlId, AppError | None]


def remove_and_revoke(
    context: AppContext, platform: Platform, caller: Caller, ids: Sequence[RequestId | str], reason: str
) -> list[Decided]:
    """Removes the grants at the platform, and revokes each request whose grant is confirmed gone."""
    wanted = parse_ids(platform, ids)
    removal = _RemovalNow(context, platform, person_as_revoker(caller, reason), Deadline.after(DECISION_SECONDS))
    with server_stop.awaited():
        with context.database.read() as connection:
            chosen = find_chosen(connection, platform, wanted)
        allowed = [each.id for each in chosen.values() if not refusal(platform, caller, each, refuse_nothing)]
        acted_on = asyncio.run(removal.remove_all(allowed)) if allowed else {}
        with context.database.read() as connection:
            chosen = find_chosen(connection, platform, wanted)
        return outcomes_of(platform, caller, ids, chosen, acted_on, refuse_nothing)


@dataclass(frozen=True)
class _RemovalNow:
    """The removals of one decision, by one person."""

    context: AppContext
    platform: Platform
    by: Revoker
    deadline: Deadline

    async def remove_all(self, request_ids: Sequence[SqlId]) -> Outcomes:
        """Returns each request with its error, if any. Records a group as soon as the platform has answered."""
        async with open_connector(self.context.settings, self.platform) as connector:
            await self._settle_left_intents(connector, request_ids)
            to_end, standing = await asyncio.to_thread(self._find_grants, request_ids)
            by_resource: dict[Resource, list[GrantToEnd]] = defaultdict(list)
            for each in to_end:
                by_resource[each.grant.resource].append(each)
            standing_on: dict[Resource, dict[Grant, int]] = defaultdict(dict)
            for grant, last_record_id in standing.items():
                standing_on[place_key(grant.resource)][grant] = last_record_id
            slots = CallSlots(connector.max_concurrency)

            async def remove(group: GrantGroup) -> Outcomes:
                async with slots:
                    return await self._remove(connector, group, slots.pause)

            groups = [
                # Only operators and the person may decide. That confirms the removal of what the person had before.
                GrantGroup.of(chunk, standing_on[place_key(resource)], is_confirmed=True)
                for resource, grants in by_resource.items()
                for chunk in in_chunks(grants)
            ]
            outcomes = await asyncio.gather(*(remove(group) for group in groups))
        return {request_id: error for outcome in outcomes for request_id, error in outcome.items()}

    def _find_grants(self, request_ids: Sequence[SqlId]) -> tuple[list[GrantToEnd], dict[Grant, int]]:
        with self.context.database.read() as connection:
            to_end = find_grants_to_end(connection, self.platform, request_ids, only_expired=False)
            ids = [each.grant.request_id for each in to_end]
            return to_end, list_standing_beside(connection, self.platform, ids)

    async def _settle_left_intents(self, connector: Connector, request_ids: Sequence[SqlId]) -> None:
        """Settles what others left of these requests. A failure is only logged, since the next run tries again."""
        with self.context.database.read() as connection:
            intents = list_left_intents(connection, self.platform, MAX_DECIDED_AT_ONCE, request_ids=request_ids)
        if not intents:
            return
        try:
            grants = list({intent.grant: None for intent in intents})
            current = await connector.current_grants(grants, self.deadline)
            settle = partial(
                settle_intents, platform=self.platform, intents=intents, current=current, seen_at=time.monotonic()
            )
            await asyncio.to_thread(self._write, settle)
        except (ConnectorStoppedError, DatabaseUnavailableError, DBAPIError):
            logger.warning("%d earlier removals could not be settled", len(intents), exc_info=True)

    async def _remove(self, connector: Connector, group: GrantGroup, pause: Pause) -> Outcomes:
        if server_stop.is_requested or self.deadline.has_passed:
            return _not_removed(group, SERVER_STOPS if server_stop.is_requested else NOT_TRIED)
        try:
            await asyncio.to_thread(self._write, partial(self._begin, group=group))
        except (DatabaseUnavailableError, DBAPIError):
            logger.exception("The intent to remove %s could not be recorded", group)
            return {grant.request_id: RemovalNotBegunError() for grant in group.all_grants}
        try:
            await hurried(group.remove(connector, self.deadline, pause))
        except TimeoutError:
            return _not_removed(group, CUT_OFF)
        except ConnectorStoppedError as error:
            if not error.may_be_gone:
                await asyncio.to_thread(self._forget, group, [grant.request_id for grant in group.grants])
            return _not_removed(group, str(error))
        return await asyncio.to_thread(self._record_group, group)

    def _begin(self, connection: Connection, group: GrantGroup) -> None:
        ids = [grant.request_id for grant in group.grants]
        if ids:
            group.keep_only(record_intent(connection, self.platform, group.intent_id, ids, self.by, only_expired=False))

    def _forget(self, group: GrantGroup, request_ids: Sequence[SqlId]) -> None:
        """Closes the intents of grants that were certainly not removed."""
        close = partial(close_intent, platform=self.platform, intent_id=group.intent_id, request_ids=request_ids)
        try:
            self._write(close)
        except (DatabaseUnavailableError, DBAPIError):
            logger.warning("The intent to remove %s is left", group, exc_info=True)

    def _write(self, work: Callable[[Connection], object]) -> None:
        """Calls `work`, which may be repeated, in a write transaction."""
        self.context.database.run_transaction(work, repeatable=True)

    def _record_group(self, group: GrantGroup) -> Outcomes:
        records = list(group.records())
        failures: Outcomes = {grant.request_id: RemovalFailedError(why) for grant, why in group.failures()}
        failures |= {grant.request_id: AccessNotKnownError(why) for grant, why in group.not_known()}
        if not records:
            self._forget(group, group.certain_ids)
            return failures

        def record(connection: Connection) -> list[RevocationRecord]:
            written = record_revocations(
                connection, self.platform, records, self.by, only_expired=False, last_records=group.last_records
            )
            close_intent(connection, self.platform, group.intent_id, group.certain_ids)
            close_left_intents(connection, self.platform, [each for each in written if each.outcome != "superseded"])
            return written

        try:
            written = self.context.database.run_transaction(record)
        except CommitUnknownError:
            return failures | {record.request_id: MaybeDecidedError() for record in records}
        except DatabaseUnavailableError:
            return failures | {record.request_id: RemovalUnrecordedError() for record in records}
        wrong = {record.request_id for record in written if record.outcome == "removedInError"}
        return failures | {
            record.request_id: WronglyRemovedError() if record.request_id in wrong else None for record in written
        }


def _not_removed(group: GrantGroup, why: str) -> Outcomes:
    return {grant.request_id: RemovalFailedError(why) for grant in group.all_grants}
