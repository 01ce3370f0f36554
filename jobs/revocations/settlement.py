"""Settles the removals and givings that a run or a person left behind, by looking whether the grants are there."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import Connection

from access.connectors.choice import open_connector
from access.connectors.connector import Connector, CurrentGrant, Found, Grant, Resource
from access.connectors.errors import ConnectorStoppedError
from access.revocations.givings import (
    LeftGiving,
    list_left_givings,
    read_group_to_take_back,
    record_taken_back,
    settle_givings,
)
from access.revocations.grant_group import GrantGroup, in_chunks
from access.revocations.intents import LeftIntent, list_left_intents, settle_intents
from jobs.models import StopCode
from jobs.run_records.ending import StopReason
from jobs.runs.engine import Recorded, run_flow
from jobs.runs.errors import RecordsRefusedError
from jobs.runs.held_run import HeldRun, RunMustStopError
from jobs.runs.outcomes import FailedItem

NOT_RECORDED = "The database refused to record an earlier removal. The log says why."

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class LeftIntents:
    """Intents on one resource, and the platform's answer about their grants."""

    intents: Sequence[LeftIntent]
    current: Mapping[Grant, Found] = field(default_factory=dict)
    seen_at: float = 0.0

    def __str__(self) -> str:
        return f"{len(self.intents)} intents"


def settle_left_intents(run: HeldRun) -> None:
    """Settles what earlier runs and people left, before the run plans its own work. Counts nothing of it as the run's.

    If the platform does not answer, or the run must stop, the rest is left for the next run.
    """
    limit = run.settings.run_max_items
    intents = run.read(partial(list_left_intents, platform=run.platform, limit=limit))
    givings = run.read(partial(list_left_givings, platform=run.platform, limit=limit))
    if not intents and not givings:
        return

    async def settle_all() -> None:
        async with open_connector(run.settings, run.platform) as connector:
            await run_flow(run, SettlementFlow(run, connector, intents))
            await run_flow(run, GivingSettlementFlow(run, connector, givings))

    try:
        asyncio.run(settle_all())
    except RecordsRefusedError:
        logger.error("%s could not record earlier removals or givings", run, extra=run.log_context())


class SettlementFlow:
    """Looks at one resource after another, and settles its intents in one transaction."""

    not_recorded = NOT_RECORDED

    def __init__(self, run: HeldRun, connector: Connector, intents: Sequence[LeftIntent]) -> None:
        self.max_concurrency: int | None = connector.max_concurrency
        self._run = run
        self._connector = connector
        by_resource: dict[Resource, list[LeftIntent]] = defaultdict(list)
        for intent in intents:
            by_resource[intent.grant.resource].append(intent)
        self._groups = iter([LeftIntents(chunk) for each in by_resource.values() for chunk in in_chunks(each)])

    def next_group(self) -> Sequence[LeftIntents]:
        group = next(self._groups, None)
        return [group] if group else []

    async def perform(self, item: LeftIntents) -> None:
        grants = list({intent.grant: None for intent in item.intents})
        try:
            item.current = await self._connector.current_grants(grants, self._run.perform_until)
        except ConnectorStoppedError as error:
            raise RunMustStopError(StopReason(StopCode.PLATFORM_STOPPED, str(error).rstrip("."))) from error
        item.seen_at = time.monotonic()
        for grant, found in item.current.items():
            if not isinstance(found, CurrentGrant):
                logger.warning("The earlier removal of request %s is not settled: %s", grant.request_id, found.reason)

    def parts(self, item: LeftIntents) -> Sequence[LeftIntents]:
        return [item] if len(item.intents) == 1 else [replace(item, intents=[intent]) for intent in item.intents]

    def record(
        self, connection: Connection, done: Sequence[LeftIntents], failed: Sequence[FailedItem[LeftIntents]]
    ) -> Recorded:
        """Leaves the failed ones. The run's counts stay as they are."""
        settled_count = sum(
            settle_intents(connection, self._run.platform, each.intents, each.current, each.seen_at) for each in done
        )
        logger.info("%s settled %d earlier removals", self._run, settled_count, extra=self._run.log_context())
        return Recorded(0, 0)


@dataclass(eq=False)
class LeftGivings:
    """Givings on one resource. `group` has the grants that must be removed again, as their requests have ended."""

    givings: Sequence[LeftGiving]
    group: GrantGroup | None = None
    current: Mapping[Grant, Found] = field(default_factory=dict)
    seen_at: float = 0.0

    def __str__(self) -> str:
        return f"{len(self.givings)} givings"


class GivingSettlementFlow:
    """Looks whether what was given is there. Removes what was given to people whose requests have ended since."""

    not_recorded = NOT_RECORDED

    def __init__(self, run: HeldRun, connector: Connector, givings: Sequence[LeftGiving]) -> None:
        self.max_concurrency: int | None = connector.max_concurrency
        self._run = run
        self._connector = connector
        together: dict[tuple[Resource, bool], list[LeftGiving]] = defaultdict(list)
        for giving in givings:
            together[giving.grant.resource, giving.keeps_access].append(giving)
        self._groups = iter([LeftGivings(chunk) for each in together.values() for chunk in in_chunks(each)])

    def next_group(self) -> Sequence[LeftGivings]:
        group = next(self._groups, None)
        return [group] if group else []

    async def perform(self, item: LeftGivings) -> None:
        deadline = self._run.perform_until
        try:
            if item.givings[0].keeps_access:
                grants = list({giving.grant: None for giving in item.givings})
                item.current = await self._connector.current_grants(grants, deadline)
            else:
                ids = [giving.grant.request_id for giving in item.givings]
                read = partial(read_group_to_take_back, platform=self._run.platform, request_ids=ids)
                item.group = await asyncio.to_thread(self._run.read, read)
                await item.group.remove(self._connector, deadline)
        except ConnectorStoppedError as error:
            raise RunMustStopError(StopReason(StopCode.PLATFORM_STOPPED, str(error).rstrip("."))) from error
        item.seen_at = time.monotonic()

    def parts(self, item: LeftGivings) -> Sequence[LeftGivings]:
        return [item] if len(item.givings) == 1 else [replace(item, givings=[giving]) for giving in item.givings]

    def record(
        self, connection: Connection, done: Sequence[LeftGivings], failed: Sequence[FailedItem[LeftGivings]]
    ) -> Recorded:
        """Leaves the failed ones. The run's counts stay as they are."""
        for each in done:
            if each.group:
                record_taken_back(connection, self._run.platform, each.givings, each.group)
            else:
                settle_givings(connection, self._run.platform, each.givings, each.current, each.seen_at)
        return Recorded(0, 0)
