"""Compares the records with the platform. It reports access that came back or is missing, and changes nothing."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from access.connectors.choice import open_connector
from access.connectors.connector import Connector, Found, Grant, LookFailed, NotKnown, Resource
from access.connectors.errors import ConnectorStoppedError
from access.platforms.platform import Platform
from config.context import AppContext
from jobs.models import StopCode
from jobs.request import RunRequest
from jobs.revocations.connection_use import kept_use
from jobs.revocations.settlement import settle_left_intents
from jobs.run_records.ending import MAX_ITEMS_REACHED, RunEnd, StopReason
from jobs.run_records.failures import FailureRecord, record_failures
from jobs.runs.engine import Recorded, run_flow
from jobs.runs.held_run import HeldRun, RunMustStopError, RunTiming
from jobs.runs.outcomes import FailedItem
from jobs.runs.runner import RunResult, run_job
from sql.statements import statement

# Access that was removed within so many days is checked again.
REMOVED_DAYS = 30
ATTEMPTED = "Access check"
NOT_RECORDED = "The access was checked, but the database refused to record the result."
CAME_BACK = "The access was removed, but has come back."
MISSING = "The access should be there, but is missing at the platform."
GOLDEN_SECTION = (5**0.5 - 1) / 2


@dataclass(eq=False)
class CheckedGroup:
    """Grants on one resource, and the platform's answer about them."""

    removed: list[Grant] = field(default_factory=list)
    standing: list[Grant] = field(default_factory=list)
    current: Mapping[Grant, Found] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{len(self.grants)} grants"

    @property
    def grants(self) -> list[Grant]:
        return [*self.removed, *self.standing]

    def findings(self) -> Iterator[tuple[Grant, str]]:
        """Yields the grants that differ from the record, and those that could not be checked."""
        standing = set(self.standing)
        for grant, current in self.current.items():
            if isinstance(current, LookFailed | NotKnown):
                yield grant, current.reason
            elif current.is_gone and grant in standing:
                yield grant, MISSING
            elif not current.is_gone and grant not in standing:
                yield grant, f"{CAME_BACK} It comes through {current.through}." if current.through else CAME_BACK


def run_access_check(context: AppContext, request: RunRequest, timing: RunTiming | None = None) -> None:
    """Runs one check, which needs a connector. Raises the errors of `run_job`."""

    def work(run: HeldRun) -> RunResult[None]:
        settle_left_intents(run)

        def plan(connection: Connection) -> tuple[int, list[CheckedGroup]]:
            return _plan(connection, run.platform, run.settings.run_max_items)

        run.total_count, groups = run.read(plan)

        async def check_all() -> StopReason | None:
            async with open_connector(run.settings, run.platform) as connector, kept_use(run, connector.usage):
                return (await run_flow(run, CheckFlow(run, connector, groups))).stop

        stop = (asyncio.run(check_all()) if groups else None) or MAX_ITEMS_REACHED
        left_count = max(0, run.total_count - run.processed_count - run.failed_count)
        stop = replace(stop, resume_after_seconds=None)  # the next night's check begins at another place
        return RunResult(RunEnd(run.processed_count, run.failed_count, left_count, stop=stop), None)

    run_job(context, request, work, timing)


def place_to_begin(day_number: int) -> float:
    """Returns the place in its list where a check begins, between 0 and 1. The places of all nights are evenly spread.

    If a check needs N nights for its list, every grant is checked at least once in 2 N nights.
    """
    return day_number * GOLDEN_SECTION % 1


def _plan(connection: Connection, platform: Platform, limit: int) -> tuple[int, list[CheckedGroup]]:
    """Returns the number of grants to check, and the grants that one check takes on, in their order."""

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
    removed = grants("list_removed_grants", days=-REMOVED_DAYS)
    for grant in removed:
        by_resource.setdefault(grant.resource, CheckedGroup()).removed.append(grant)
    for grant in standing:
        by_resource.setdefault(grant.resource, CheckedGroup()).standing.append(grant)
    groups = list(by_resource.values())
    first = int(len(groups) * place)
    return len(removed) + found.grants, groups[first:] + groups[:first]


class CheckFlow:
    """Checks one resource after another. Each is listed only once, however many people have access to it."""

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
            item.current = await self._connector.current_grants(item.grants, self._run.perform_until)
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
