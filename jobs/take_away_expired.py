"""Flow 2 where a connector takes the access away at the platform: remove, look whether it is gone, record."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection

from access.connectors.choice import open_connector
from access.connectors.connector import AlreadyGone, Connector, Failed, Grant, Removal, Removed, StillEffective
from access.connectors.errors import ConnectorStoppedError
from access.platforms import Platform
from config.context import AppContext
from jobs.failures import RunFailure, record_failures
from jobs.held_run import HeldRun, RunMustStopError, Stop
from jobs.removal_records import (
    ExpiredGrant,
    RemovalCounts,
    RemovalRecord,
    Resource,
    count_removals,
    find_expired_grants,
    list_expired_grants,
    record_removals,
)
from jobs.revoke_batch import count_expired
from jobs.work_through import Failure, Recorded, work_through
from sql.database import Database

# How many people of one resource are served by one call.
GROUP_SIZE = 100
ATTEMPTED = "Revocation"
MAX_ITEMS_REACHED = Stop("a run takes on no more at once", resume_after_seconds=0)
CHANGED_MEANWHILE = Stop("the request that gave the same access has ended meanwhile", resume_after_seconds=0)


@dataclass(eq=False)
class ResourceGroup:
    """Expired grants on one resource, and what became of them."""

    grants: list[Grant]
    superseded: Mapping[Grant, str]
    removals: Mapping[Grant, Removal] = field(default_factory=dict)
    seen_at: float = 0.0

    def __str__(self) -> str:
        return f"{len(self.grants)} grants"

    def records(self) -> Iterator[RemovalRecord]:
        milliseconds_ago = int((time.monotonic() - self.seen_at) * 1000)
        for grant, other in self.superseded.items():
            yield RemovalRecord(grant.request_id, "superseded", through=f"request {other}")
        for grant, removal in self.removals.items():
            match removal:
                case Removed(platform_request_id):
                    yield RemovalRecord(
                        grant.request_id, "removed", milliseconds_ago, platform_request_id=platform_request_id
                    )
                case AlreadyGone():
                    yield RemovalRecord(grant.request_id, "alreadyGone", milliseconds_ago)

    def failures(self) -> Iterator[RunFailure]:
        for grant, removal in self.removals.items():
            match removal:
                case Failed(reason):
                    yield _failure(grant, reason)
                case StillEffective(through):
                    yield _failure(grant, f"The access is still effective through {through}. Take it away there.")


@dataclass(frozen=True)
class Removals:
    """What a run recorded and left; `stop` says why it tried no more."""

    recorded: RemovalCounts
    left_count: int
    stop: Stop


def take_away_all_expired(run: HeldRun, context: AppContext, platform: Platform, *, revoked_by: str) -> Removals:
    """Tries every request that is due once; what failed or is still effective stays due for the next run."""
    database = context.run_database

    def plan(connection: Connection) -> tuple[int, dict[Resource, list[Grant]]]:
        due = list_expired_grants(connection, platform, context.settings.run_max_items)
        return count_expired(connection, platform.sql_names), due

    run.total_count, due = database.run_read(plan, run.database_until)

    async def take_away_all() -> Stop | None:
        async with open_connector(context.settings, platform) as connector:
            flow = RemovalFlow(run, database, platform, connector, list(due.values()), revoked_by)
            return (await work_through(run, flow, database)).stop

    stop = asyncio.run(take_away_all()) if due else None
    recorded = database.run_read(partial(count_removals, platform=platform, job_id=run.job_id), run.database_until)
    left_count = max(0, run.total_count - recorded.total - run.failed_count)
    unplanned = run.total_count > context.settings.run_max_items
    return Removals(recorded, left_count, stop or (MAX_ITEMS_REACHED if unplanned else CHANGED_MEANWHILE))


class RemovalFlow:
    """An item is a group of grants on one resource: they are served by the same calls, and recorded together."""

    has_effect = True

    def __init__(
        self,
        run: HeldRun,
        database: Database,
        platform: Platform,
        connector: Connector,
        due: Sequence[Sequence[Grant]],
        revoked_by: str,
    ) -> None:
        self.max_concurrency: int | None = connector.max_concurrency
        self._run = run
        self._database = database
        self._platform = platform
        self._connector = connector
        self._revoked_by = revoked_by
        self._groups = iter(
            grants[start : start + GROUP_SIZE] for grants in due for start in range(0, len(grants), GROUP_SIZE)
        )

    def next_group(self, run: HeldRun) -> Sequence[ResourceGroup]:
        """Who has been revoked or extended since the run was planned is left out, and out of its total."""
        for chosen in self._groups:
            ids = [grant.request_id for grant in chosen]
            due = self._database.run_read(
                partial(find_expired_grants, platform=self._platform, request_ids=ids), run.database_until
            )
            run.total_count = (run.total_count or 0) - (len(chosen) - len(due))
            if due:
                return [_group(due)]
        return []

    async def perform(self, item: ResourceGroup) -> None:
        try:
            item.removals = await self._connector.remove(item.grants, self._run.perform_until)
        except ConnectorStoppedError as error:
            raise RunMustStopError(Stop(str(error).rstrip("."), error.resume_after_seconds)) from error
        item.seen_at = time.monotonic()

    def record(
        self,
        connection: Connection,
        run: HeldRun,
        done: Sequence[ResourceGroup],
        failed: Sequence[Failure[ResourceGroup]],
    ) -> Recorded:
        records = [record for group in done for record in group.records()]
        failures = [failure for group in done for failure in group.failures()]
        failures += [_failure(grant, failure.reason) for failure in failed for grant in failure.item.grants]
        processed = record_removals(connection, self._platform, records, revoked_by=self._revoked_by, job_id=run.job_id)
        if failures:
            record_failures(connection, run.job_id, failures)
        return Recorded(processed, len(failures))


def _group(due: Sequence[ExpiredGrant]) -> ResourceGroup:
    return ResourceGroup(
        grants=[expired.grant for expired in due if expired.superseded_by is None],
        superseded={expired.grant: expired.superseded_by for expired in due if expired.superseded_by is not None},
    )


def _failure(grant: Grant, reason: str) -> RunFailure:
    return RunFailure(str(grant.request_id), ATTEMPTED, grant.email or None, reason)
