"""Gives access back that was removed in error: gives the grant at the platform, looks whether it is there, records it.

The intent is on record before the call. A stop of the server waits for the decision, as it waits for runs.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from access.connectors.choice import open_connector, removes_access
from access.connectors.connector import (
    AlreadyThere,
    Connector,
    Given,
    Giving,
    GivingFailed,
    Grant,
    NotKnown,
    Pause,
    Resource,
)
from access.connectors.errors import ConnectorStoppedError
from access.decisions.decide import ChosenRequest, Decided, find_chosen, outcomes_of, parse_ids, refusal
from access.decisions.platform_calls import DECISION_SECONDS, NOT_TRIED, SERVER_STOPS, CallSlots, hurried
from access.errors import (
    GivingFailedError,
    GivingNotBegunError,
    GivingUnrecordedError,
    MaybeDecidedError,
    NotActiveError,
    NothingToGiveBackError,
)
from access.models import MAX_DECIDED_AT_ONCE, RequestId
from access.platforms.platform import Platform, SqlId
from access.revocations.givings import (
    ENDED_MEANWHILE,
    LeftGiving,
    Standing,
    find_to_give_back,
    forget_givings,
    list_left_givings,
    read_group_to_take_back,
    read_standing,
    record_given,
    record_giving_intents,
    record_taken_back,
    settle_givings,
)
from access.revocations.grant_group import GrantGroup, in_chunks
from access.revocations.records import Revoker, person_as_revoker
from api.authorization import Caller
from api.errors import AppError
from config.context import AppContext
from config.server_stop import server_stop
from sql.deadline import Deadline
from sql.errors import CommitUnknownError, DatabaseUnavailableError

NOT_REMOVED_IN_ERROR = "This access was not removed in error and is not found missing, or it was given back since."
BEING_REMOVED = "Someone is removing this access at the same moment. Look at the request again in a few minutes."
CUT_OFF = "The server was stopped during the call. The access may or may not be there. Try again in a few minutes."
TAKEN_BACK = f"{ENDED_MEANWHILE} The access was removed again."
NOT_TAKEN_BACK = f"{ENDED_MEANWHILE} The access may be there. The next run removes it."

logger = logging.getLogger(__name__)
Outcomes = dict[SqlId, AppError | None]


def give_back_requests(
    context: AppContext, platform: Platform, caller: Caller, ids: Sequence[RequestId | str], reason: str
) -> list[Decided]:
    """Gives the grants back at the platform, and records each that is seen there.

    Needs a connector, and a request that gives access now. Raises DatabaseUnavailableError when nothing was given.
    """
    wanted = parse_ids(platform, ids)
    known = [request_id for request_id in wanted if request_id is not None]
    is_connected = removes_access(context.settings, platform)

    def refuse(request: ChosenRequest) -> AppError | None:
        if not is_connected:
            return NothingToGiveBackError(f"Access on {platform.title} is only recorded. Grant it there by hand.")
        return None if request.id in to_give else NothingToGiveBackError(NOT_REMOVED_IN_ERROR)

    giving = _GivingBack(context, platform, person_as_revoker(caller, reason), Deadline.after(DECISION_SECONDS))
    with server_stop.awaited():
        with context.database.read() as connection:
            chosen = find_chosen(connection, platform, wanted)
            to_give = find_to_give_back(connection, platform, known) if is_connected else set()
        allowed = [each.id for each in chosen.values() if not refusal(platform, caller, each, refuse)]
        acted_on = asyncio.run(giving.give_all(allowed)) if allowed else {}
        with context.database.read() as connection:
            chosen = find_chosen(connection, platform, wanted)
            to_give = find_to_give_back(connection, platform, known) if is_connected else set()
        return outcomes_of(platform, caller, ids, chosen, acted_on, refuse)


@dataclass(frozen=True)
class _GivingBack:
    """The givings of one decision, by one person."""

    context: AppContext
    platform: Platform
    by: Revoker
    deadline: Deadline
    intent_id: str = field(default_factory=lambda: str(uuid4()))

    async def give_all(self, request_ids: Sequence[SqlId]) -> Outcomes:
        """Returns each request with its error, if any. Records a group as soon as the platform has answered."""
        async with open_connector(self.context.settings, self.platform) as connector:
            await self._settle_left(connector, request_ids)
            try:
                grants = await asyncio.to_thread(self._begin, request_ids)
            except (DatabaseUnavailableError, DBAPIError):
                logger.exception("The intent to give %d grants could not be recorded", len(request_ids))
                return {request_id: GivingNotBegunError() for request_id in request_ids}
            by_resource: dict[Resource, list[Grant]] = defaultdict(list)
            for grant in grants:
                by_resource[grant.resource].append(grant)
            slots = CallSlots(connector.max_concurrency)

            async def give(group: Sequence[Grant]) -> Outcomes:
                async with slots:
                    return await self._give(connector, group, slots.pause)

            groups = [chunk for together in by_resource.values() for chunk in in_chunks(together)]
            outcomes = await asyncio.gather(*(give(group) for group in groups))
        return {request_id: error for outcome in outcomes for request_id, error in outcome.items()}

    async def _settle_left(self, connector: Connector, request_ids: Sequence[SqlId]) -> None:
        """Settles what others left of these requests. A failure is only logged, since the next run tries again."""
        with self.context.database.read() as connection:
            left = list_left_givings(connection, self.platform, MAX_DECIDED_AT_ONCE, request_ids=request_ids)
        if not left:
            return
        try:
            current = await connector.current_grants(list({each.grant: None for each in left}), self.deadline)
            settle = partial(
                settle_givings, platform=self.platform, givings=left, current=current, seen_at=time.monotonic()
            )
            await asyncio.to_thread(self._write, settle)
        except (ConnectorStoppedError, DatabaseUnavailableError, DBAPIError):
            logger.warning("%d earlier givings could not be settled", len(left), exc_info=True)

    def _begin(self, request_ids: Sequence[SqlId]) -> list[Grant]:
        def begin(connection: Connection) -> list[Grant]:
            return record_giving_intents(connection, self.platform, self.intent_id, request_ids, self.by)

        return self.context.database.run_transaction(begin, repeatable=True)

    async def _give(self, connector: Connector, grants: Sequence[Grant], pause: Pause) -> Outcomes:
        if server_stop.is_requested or self.deadline.has_passed:
            await asyncio.to_thread(self._forget, grants)
            return _not_given(grants, SERVER_STOPS if server_stop.is_requested else NOT_TRIED)
        try:
            givings = await hurried(connector.give(grants, self.deadline, pause))
        except TimeoutError:
            return _not_given(grants, CUT_OFF)
        except ConnectorStoppedError as error:
            if not error.may_be_there:
                await asyncio.to_thread(self._forget, grants)
            return _not_given(grants, str(error))
        try:
            standing = await asyncio.to_thread(self._record, givings, time.monotonic())
        except CommitUnknownError:
            return {grant.request_id: MaybeDecidedError() for grant in grants}
        except (DatabaseUnavailableError, DBAPIError):
            logger.exception("The outcome of giving %d grants could not be recorded", len(grants))
            return {grant.request_id: _unrecorded(giving) for grant, giving in givings.items()}
        outcomes: Outcomes = {grant.request_id: _outcome(grant, givings[grant], standing) for grant in grants}
        ended = [grant for grant in grants if isinstance(givings[grant], Given) and _has_ended(grant, standing)]
        if ended:
            outcomes |= await self._take_back(connector, ended, pause)
        return outcomes

    def _record(self, givings: Mapping[Grant, Giving], seen_at: float) -> Standing:
        """Records what was given, unless its request ended, or someone else gave it or removes it at this moment."""
        ids = [grant.request_id for grant in givings]

        def record(connection: Connection) -> Standing:
            standing = read_standing(connection, self.platform, self.intent_id, ids)
            given = {
                grant.request_id: giving
                for grant, giving in givings.items()
                if isinstance(giving, Given | AlreadyThere) and standing.may_be_recorded(grant.request_id)
            }
            record_given(connection, self.platform, self.intent_id, given, seen_at, self.by)
            over = [grant.request_id for grant, giving in givings.items() if _leaves_nothing(grant, giving, standing)]
            forget_givings(connection, self.platform, self.intent_id, over)
            return standing

        return self.context.database.run_transaction(record, repeatable=True)

    async def _take_back(self, connector: Connector, grants: Sequence[Grant], pause: Pause) -> Outcomes:
        """Removes what was given for requests that ended meanwhile. Leaves the rest to the next run."""
        ids = [grant.request_id for grant in grants]
        try:
            group = await asyncio.to_thread(self._read_ended, ids)
            await hurried(group.remove(connector, self.deadline, pause))
            givings = [LeftGiving(self.intent_id, grant, self.by, keeps_access=False) for grant in grants]
            record = partial(record_taken_back, platform=self.platform, givings=givings, group=group)
            await asyncio.to_thread(self._write, record)
        except (TimeoutError, ConnectorStoppedError, DatabaseUnavailableError, DBAPIError):
            logger.exception("The grants of %d requests that ended could not be removed again", len(grants))
            return {request_id: NotActiveError(NOT_TAKEN_BACK) for request_id in ids}
        gone = {record.request_id for record in group.records()}
        return {each: NotActiveError(TAKEN_BACK if each in gone else NOT_TAKEN_BACK) for each in ids}

    def _read_ended(self, request_ids: Sequence[SqlId]) -> GrantGroup:
        with self.context.database.read() as connection:
            return read_group_to_take_back(connection, self.platform, request_ids)

    def _forget(self, grants: Sequence[Grant]) -> None:
        """Deletes the intents of grants that were certainly not given."""
        ids = [grant.request_id for grant in grants]
        try:
            self._write(partial(forget_givings, platform=self.platform, intent_id=self.intent_id, request_ids=ids))
        except (DatabaseUnavailableError, DBAPIError):
            logger.warning("The intent to give %d grants is left", len(ids), exc_info=True)

    def _write(self, work: Callable[[Connection], object]) -> None:
        self.context.database.run_transaction(work, repeatable=True)


def _outcome(grant: Grant, giving: Giving, standing: Standing) -> AppError | None:
    match giving:
        case GivingFailed(reason) | NotKnown(reason):
            return GivingFailedError(reason)
    if before := standing.given_before.get(grant.request_id):
        at = f"{before.at:%Y-%m-%d} at {before.at:%H:%M} UTC"
        return NothingToGiveBackError(f"{before.by} gave this access back on {at}.")
    if _has_ended(grant, standing):
        return NotActiveError(ENDED_MEANWHILE)
    return NotActiveError(BEING_REMOVED) if grant.request_id in standing.being_removed else None


def _unrecorded(giving: Giving) -> AppError:
    match giving:
        case GivingFailed(reason) | NotKnown(reason):
            return GivingFailedError(reason)
    return GivingUnrecordedError()


def _has_ended(grant: Grant, standing: Standing) -> bool:
    return grant.request_id not in standing.kept


def _leaves_nothing(grant: Grant, giving: Giving, standing: Standing) -> bool:
    """Tells whether the giving is over without a record, so that no one needs to look at it again."""
    match giving:
        case GivingFailed():
            return not giving.may_be_there
        case NotKnown():
            return True
        case AlreadyThere() if _has_ended(grant, standing):
            return True
    return grant.request_id in standing.given_before and not _has_ended(grant, standing)


def _not_given(grants: Sequence[Grant], why: str) -> Outcomes:
    return {grant.request_id: GivingFailedError(why) for grant in grants}
