"""Flow 2 with a connector: removes each grant at the platform, checks that it is gone, and records it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from access.connectors.choice import open_connector
from access.connectors.connector import Connector, Grant, Resource
from access.connectors.errors import ConnectorStoppedError
from access.finding_records import NewFinding, see_findings
from access.platforms.platform import SqlId
from access.revocations.grant_group import GrantGroup, in_chunks
from access.revocations.intents import close_intent, close_left_intents, record_intent
from access.revocations.records import (
    ATTEMPTED,
    Revoker,
    count_revocations,
    find_grants_to_end,
    list_standing_beside,
    record_revocations,
)
from jobs.models import StopCode
from jobs.revocations.connection_use import kept_use
from jobs.revocations.due import count_expired, list_expired_grants
from jobs.run_records.chains import chain_before
from jobs.run_records.ending import MAX_ITEMS_REACHED, RunEnd, StopReason
from jobs.run_records.failures import FailureRecord, record_failures
from jobs.runs.engine import Recorded, run_flow
from jobs.runs.held_run import HeldRun, RunMustStopError
from jobs.runs.outcomes import FailedItem

NOT_RECORDED = "The grant was removed, but the database refused to record it. The next run tries again."
COVERING_REQUEST_ENDED = StopReason(StopCode.CHANGED_MEANWHILE, resume_after_seconds=0)


def remove_all_expired(run: HeldRun, *, revoked_by: str) -> tuple[RunEnd, datetime | None]:
    """Tries every due request once. A request stays due if its grant is still there, or still effective.

    Returns also the time of the last revocation.
    """
    platform, max_items = run.platform, run.settings.run_max_items

    def plan(connection: Connection) -> tuple[int, dict[Resource, list[Grant]]]:
        tried = chain_before(connection, run.request.link)
        due = list_expired_grants(connection, platform, max_items, not_failed_in=tried)
        return count_expired(connection, platform, not_failed_in=tried), due

    planned_count, due = run.read(plan)
    run.total_count = planned_count

    async def remove_all() -> tuple[StopReason | None, int]:
        async with open_connector(run.settings, platform) as connector, kept_use(run, connector.usage):
            flow = RemovalFlow(run, connector, list(due.values()), revoked_by)
            stop = (await run_flow(run, flow)).stop
            return stop, len(flow.not_known)

    stop, not_known_count = asyncio.run(remove_all()) if due else (None, 0)
    recorded = run.read(partial(count_revocations, platform=platform, job_id=run.job_id))
    # After a commit whose answer got lost, its repetition counts the recorded requests as no longer due.
    run.total_count = max(run.total_count, recorded.total + run.failed_count)
    end = RunEnd(
        processed_count=recorded.total,
        failed_count=run.failed_count,
        left_count=run.total_count - recorded.total - run.failed_count,
        no_longer_due_count=max(0, planned_count - run.total_count),
        superseded_count=recorded.counts.get("superseded", 0),
        removed_in_error_count=recorded.counts.get("removedInError", 0),
        not_known_count=not_known_count,
        stop=stop or (MAX_ITEMS_REACHED if run.total_count > max_items else COVERING_REQUEST_ENDED),
    )
    return end, recorded.last_at


class RemovalFlow:
    """Removes groups of grants on one resource, which share their calls and their transaction."""

    not_recorded = NOT_RECORDED

    def __init__(self, run: HeldRun, connector: Connector, due: Sequence[Sequence[Grant]], revoked_by: str) -> None:
        self.max_concurrency: int | None = connector.max_concurrency
        self._run = run
        self._platform = run.platform
        self._connector = connector
        self._by = Revoker(revoked_by, run.job_id)
        self.not_known: set[SqlId] = set()
        self._groups = (chosen for grants in due for chosen in in_chunks(grants))

    def next_group(self) -> Sequence[GrantGroup]:
        """Leaves out requests that were revoked or extended since the run's plan, also from the run's total.

        The intent is on record before the platform is called.
        """
        for chosen in self._groups:
            group = self._run.write(partial(self._begin, request_ids=[grant.request_id for grant in chosen]))
            self._run.drop_no_longer_due(len(chosen) - len(group.all_grants))
            if group.all_grants:
                return [group]
        return []

    def _begin(self, connection: Connection, request_ids: Sequence[SqlId]) -> GrantGroup:
        to_end = find_grants_to_end(connection, self._platform, request_ids)
        standing = list_standing_beside(connection, self._platform, [each.grant.request_id for each in to_end])
        group = GrantGroup.of(to_end, standing)
        ids = [grant.request_id for grant in group.grants]
        if ids:
            group.keep_only(record_intent(connection, self._platform, group.intent_id, ids, self._by))
        return group

    async def perform(self, item: GrantGroup) -> None:
        try:
            await item.remove(self._connector, self._run.perform_until, self._run.pause)
        except ConnectorStoppedError as error:
            if not error.may_be_gone:
                await asyncio.to_thread(self._run.write, partial(self._forget, group=item))
            raise RunMustStopError(
                StopReason(StopCode.PLATFORM_STOPPED, str(error).rstrip("."), error.resume_after_seconds)
            ) from error

    def _forget(self, connection: Connection, group: GrantGroup) -> None:
        """Closes the intent of a group that the platform was not asked to remove."""
        close_intent(connection, self._platform, group.intent_id, [grant.request_id for grant in group.grants])

    def parts(self, item: GrantGroup) -> Sequence[GrantGroup]:
        return item.parts()

    def record(
        self, connection: Connection, done: Sequence[GrantGroup], failed: Sequence[FailedItem[GrantGroup]]
    ) -> Recorded:
        job_id = self._run.job_id
        records = [record for group in done for record in group.records()]
        failures = [_failure(grant, reason) for group in done for grant, reason in group.failures()]
        failures += [_failure(grant, failure.reason) for failure in failed for grant in failure.item.all_grants]
        not_known = [(grant, reason) for group in done for grant, reason in group.not_known()]
        last_records = {request_id: last for group in done for request_id, last in group.last_records.items()}
        recorded = record_revocations(connection, self._platform, records, self._by, last_records=last_records)
        for group in done:
            close_intent(connection, self._platform, group.intent_id, group.certain_ids)
        close_left_intents(connection, self._platform, [each for each in recorded if each.outcome != "superseded"])
        if failures or not_known:
            told = [replace(_failure(grant, reason), is_not_known=True) for grant, reason in not_known]
            record_failures(connection, job_id, [*failures, *told])
        held_before = [NewFinding.of_grant("heldBefore", *each) for group in done for each in group.held_before()]
        if held_before:
            see_findings(connection, self._platform, held_before, job_id)
        self.not_known |= {grant.request_id for grant, _ in not_known}
        on_record = {record.request_id for record in recorded}
        ended_by_others = [
            record
            for record in records
            if record.outcome in ("removed", "alreadyGone") and record.request_id not in on_record
        ]
        return Recorded(len(recorded), len(failures), no_longer_due=len(ended_by_others))


def _failure(grant: Grant, reason: str) -> FailureRecord:
    return FailureRecord(str(grant.request_id), ATTEMPTED, grant.email or None, reason)
