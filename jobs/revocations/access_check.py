"""Compares the records with the platform, and records what differs as findings."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from access.connectors.choice import open_connector
from access.connectors.connector import Connector, Grant
from access.connectors.errors import ConnectorStoppedError
from access.finding_records import Ending, end_findings, forget_acts, key_of_place, list_open_findings, see_findings
from access.findings.request_states import list_request_states
from access.findings.settlement import record_acted
from access.platforms.platform import Platform, SqlId
from config.context import AppContext
from jobs.models import StopCode
from jobs.request import RunRequest
from jobs.revocations.checked_group import CheckedGroup, judge
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
GOLDEN_SECTION = (5**0.5 - 1) / 2


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
    """Returns the number of grants to check, and the grants that one check takes on, in their order.

    The grants of open findings are among them, so that each finding is looked at again until it ends.
    """

    def grants(name: str, **parameters: int) -> list[Grant]:
        rows = connection.execute(statement(name, connection, **platform.sql_names), parameters).mappings()
        return [Grant.from_row(platform, row) for row in rows]

    found = connection.execute(statement("count_grants_that_stand", connection, **platform.sql_names)).one()
    place = place_to_begin(found.day_number)
    start = int(found.grants * place)
    standing = grants("list_grants_that_stand", start=start, limit=limit)
    if room := min(limit - len(standing), start):
        standing += grants("list_grants_that_stand", start=0, limit=room)
    removed = grants("list_removed_grants", days=-REMOVED_DAYS)
    findings = list_open_findings(connection, platform)

    by_place: dict[str, CheckedGroup] = {}

    def group_of(grant: Grant) -> CheckedGroup:
        return by_place.setdefault(key_of_place(grant.resource), CheckedGroup())

    for grant in removed:
        group_of(grant).removed.append(grant)
    for grant in standing:
        group_of(grant).standing.append(grant)
    planned = {grant.request_id for grant in [*removed, *standing]}
    followed: list[SqlId] = []
    for finding in findings:
        group = group_of(finding.grant)
        group.place = group.place or finding.grant
        if finding.request_id is not None and finding.request_id not in planned:
            planned.add(finding.request_id)
            group.followed.append(finding.grant)
            followed.append(finding.request_id)
    live = sum(state.is_live for state in list_request_states(connection, platform, followed).values())
    groups = list(by_place.values())
    first = int(len(groups) * place)
    total = len(removed) + max(found.grants, len(standing) + live) + len(followed) - live
    return total, groups[first:] + groups[:first]


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
        item.looked_at = time.monotonic()
        try:
            item.survey = await self._connector.survey(item.asked, self._run.perform_until)
        except ConnectorStoppedError as error:
            raise RunMustStopError(StopReason(StopCode.PLATFORM_STOPPED, str(error).rstrip("."))) from error

    def parts(self, item: CheckedGroup) -> Sequence[CheckedGroup]:
        return [item]

    def record(
        self, connection: Connection, done: Sequence[CheckedGroup], failed: Sequence[FailedItem[CheckedGroup]]
    ) -> Recorded:
        """Writes the findings by the records as they are now. A resource that a stop cut off did not fail."""
        failures = [failure for group in done for failure in group.failures()]
        failures += [
            (grant, failure.reason) for failure in failed if not failure.was_cut_off for grant in failure.item.grants
        ]
        if failures:
            rows = [
                FailureRecord(str(grant.request_id), ATTEMPTED, grant.email or None, reason)
                for grant, reason in failures
            ]
            record_failures(connection, self._run.job_id, rows)
        if done:
            self._record_findings(connection, done)
        tried = [*done, *(failure.item for failure in failed if not failure.was_cut_off)]
        return Recorded(sum(len(group.grants) for group in tried) - len(failures), len(failures))

    def _record_findings(self, connection: Connection, done: Sequence[CheckedGroup]) -> None:
        platform, job_id = self._run.platform, self._run.job_id
        places = {key_of_place(group.asked[0].resource) for group in done if group.asked}
        known = list_open_findings(connection, platform, places=places)
        verdicts = judge(connection, platform, done, known)
        see_findings(connection, platform, verdicts.seen, job_id, {finding.key: finding for finding in known})
        forget_acts(connection, [finding.id for finding in verdicts.undone])
        for end, findings in verdicts.over.items():
            if end in ("takenAway", "givenBack"):
                for finding in findings:
                    record_acted(connection, platform, finding, Ending(end, job_id=job_id))
            else:
                end_findings(connection, [finding.id for finding in findings], Ending(end, job_id=job_id))
