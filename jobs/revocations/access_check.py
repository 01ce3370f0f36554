"""Compares with the platform what is on record: it reports what came back and what is missing, and repairs nothing."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from access.connectors.choice import open_connector
from access.connectors.connector import Connector, Failed, Grant, Holding
from access.connectors.errors import ConnectorStoppedError
from access.platforms.platform import Platform
from access.revocations.records import Resource
from config.context import AppContext
from jobs.runs.ending import RunEnd, StopCode, StopReason
from jobs.runs.engine import Recorded, run_flow
from jobs.runs.failures import FailureRecord, record_failures
from jobs.runs.held_run import HeldRun, RunMustStopError
from jobs.runs.outcomes import FailedItem
from jobs.runs.request import RunRequest
from jobs.runs.runner import RunResult, run_job
from sql.statements import statement

# How far back what was taken away is looked at again.
TAKEN_AWAY_DAYS = 30
ATTEMPTED = "Access check"
NOT_RECORDED = "It was looked at, but the database refused to record what was found."
CAME_BACK = "The access was taken away, and is there again."
MISSING = "The access should be there, and is missing at the platform."
MAX_ITEMS_REACHED = StopReason(StopCode.MAX_ITEMS_REACHED)
GOLDEN_SECTION = (5**0.5 - 1) / 2


@dataclass(eq=False)
class CheckedGroup:
    """Grants on one resource, and what the platform says of them."""

    taken_away: list[Grant] = field(default_factory=list)
    standing: list[Grant] = field(default_factory=list)
    held: Mapping[Grant, Holding | Failed] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{len(self.grants)} grants"

    @property
    def grants(self) -> list[Grant]:
        return [*self.taken_away, *self.standing]

    def findings(self) -> Iterator[tuple[Grant, str]]:
        """What differs from the record, and what could not be found out."""
        standing = set(self.standing)
        for grant, held in self.held.items():
            if isinstance(held, Failed):
                yield grant, held.reason
            elif held.is_gone and grant in standing:
                yield grant, MISSING
            elif not held.is_gone and grant not in standing:
                yield grant, f"{CAME_BACK} It comes through {held.through}." if held.through else CAME_BACK


def run_access_check(context: AppContext, request: RunRequest) -> None:
    """One run, only where a connector is on. Raises what `run_job` raises."""

    def work(run: HeldRun) -> RunResult[None]:
        def plan(connection: Connection) -> tuple[int, list[CheckedGroup]]:
            return _plan(connection, run.platform, run.settings.run_max_items)

        run.total_count, groups = run.read(plan)

        async def check_all() -> StopReason | None:
            async with open_connector(run.settings, run.platform) as connector:
                return (await run_flow(run, CheckFlow(run, connector, groups))).stop

        stop = (asyncio.run(check_all()) if groups else None) or MAX_ITEMS_REACHED
        left_count = max(0, run.total_count - run.processed_count - run.failed_count)
        stop = replace(stop, resume_after_seconds=None)  # the next night's check begins elsewhere
        return RunResult(RunEnd(run.processed_count, run.failed_count, left_count, stop=stop), None)

    run_job(context, request, work)


def place_to_begin(day_number: int) -> float:
    """Where in its list a check begins, between 0 and 1: elsewhere each night, and evenly spread over the nights.

    So one that does not get through its list leaves nothing out for longer than twice as many nights as it would take.
    """
    return day_number * GOLDEN_SECTION % 1


def _plan(connection: Connection, platform: Platform, limit: int) -> tuple[int, list[CheckedGroup]]:
    """How many grants there are to be looked at, and those that one check takes on, in their order."""

    def grants(name: str, **parameters: int) -> list[Grant]:
        rows = connection.execute(statement(name, connection, **platform.sql_names), parameters).mappings()
        return [Grant.from_row(platform, row) for row in rows]

    found = connection.execute(statement("count_grants_that_stand", connection, **platform.sql_names)).one()
    place = place_to_begin(found.day_number)
    start = int(found.grants * place)
    standing = grants("list_grants_that_stand", start=start, limit=limit)
    if room := min(limit - len(standing), start):
        standing += grants("list_grants_that_stand", start=0, limit=room)

    by_resource: dict[Resource, CheckedGroup] = {}
    taken_away = grants("list_grants_taken_away", days=-TAKEN_AWAY_DAYS)
    for grant in taken_away:
        by_resource.setdefault(grant.resource, CheckedGroup()).taken_away.append(grant)
    for grant in standing:
        by_resource.setdefault(grant.resource, CheckedGroup()).standing.append(grant)
    groups = list(by_resource.values())
    first = int(len(groups) * place)
    return len(taken_away) + found.grants, groups[first:] + groups[:first]


class CheckFlow:
    """An item is a resource: however many have access to it, it is listed once."""

    not_recorded = NOT_RECORDED

    def __init__(self, run: HeldRun, connector: Connector, groups: Sequence[CheckedGroup]) -> None:
        self.max_concurrency: int | None = connector.max_concurrency
        self._run = run
        self._connector = connector
        self._groups = iter(groups)

    def next_group(self) -> Sequence[CheckedGroup]:
        group = next(self._groups, None)
        return [group] if group else []

    async def perform(self, item: CheckedGroup) -> None:
        try:
            item.held = await self._connector.held(item.grants, self._run.perform_until)
        except ConnectorStoppedError as error:
            raise RunMustStopError(StopReason(StopCode.PLATFORM_STOPPED, str(error).rstrip("."))) from error

    def parts(self, item: CheckedGroup) -> Sequence[CheckedGroup]:
        return [item]

    def record(
        self, connection: Connection, done: Sequence[CheckedGroup], failed: Sequence[FailedItem[CheckedGroup]]
    ) -> Recorded:
        findings = [finding for group in done for finding in group.findings()]
        findings += [(grant, failure.reason) for failure in failed for grant in failure.item.grants]
        rows = [
            FailureRecord(str(grant.request_id), ATTEMPTED, grant.email or None, reason) for grant, reason in findings
        ]
        if rows:
            record_failures(connection, self._run.job_id, rows)
        looked_at = sum(len(group.grants) for group in done) + sum(len(failure.item.grants) for failure in failed)
        return Recorded(looked_at - len(rows), len(rows))
