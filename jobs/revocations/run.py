"""Flow 2: revokes the requests that have expired, and records each."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from access.addresses import without_blanks
from access.connectors.choice import removes_access
from access.platforms.platform import SqlId
from access.revocations.records import ATTEMPTED, RevocationRecord, Revoker, count_revocations, record_revocations
from config.context import AppContext
from config.server_stop import server_stop
from jobs.models import RevokeExpiredResponse
from jobs.request import RunRequest
from jobs.revocations.batch import batch_size, revoke_batch
from jobs.revocations.due import NOTHING_FOUND, count_expired, list_expired
from jobs.run_records.chains import chain_before
from jobs.run_records.ending import RunEnd
from jobs.run_records.failures import FailureRecord, record_failures
from jobs.runs.engine import Recorded, run_flow
from jobs.runs.held_run import HeldRun, RunTiming
from jobs.runs.outcomes import FailedItem
from jobs.runs.report import message_of_end
from jobs.runs.runner import RunResult, run_job

REVOKED_BY = "System - Scheduled Expiry Job"
NOT_RECORDED = "The database refused the revocation. The log says why."


def run_revoke_expired(
    context: AppContext,
    request: RunRequest,
    timing: RunTiming | None = None,
) -> RevokeExpiredResponse:
    """Runs the platform's revoke job once. Raises the errors of `run_job`."""

    def work(run: HeldRun) -> RunResult[RevokeExpiredResponse]:
        server_stop.wait(min(run.settings.revoke_delay_seconds, run.settings.job_budget_seconds))
        if removes_access(run.settings, run.platform):
            from jobs.revocations.removal_run import remove_all_expired
            from jobs.revocations.settlement import settle_left_intents

            settle_left_intents(run)
            return _result(run, *remove_all_expired(run, revoked_by=REVOKED_BY))
        return revoke_all_expired(run)

    return run_job(context, request, work, timing)


def revoke_all_expired(run: HeldRun) -> RunResult[RevokeExpiredResponse]:
    """Revokes batch after batch until nothing expired is left, or the run must stop."""

    def plan(connection: Connection) -> tuple[list[str], int]:
        failed_in = chain_before(connection, run.request.link)
        return failed_in, count_expired(connection, run.platform, not_failed_in=failed_in)

    failed_in, run.total_count = run.read(plan)
    flow, stop = RevocationFlow(run, failed_in), None
    if run.total_count:
        stop = asyncio.run(run_flow(run, flow)).stop
    # Counted from the records, to include a commit whose answer got lost.
    recorded = run.read(partial(count_revocations, platform=run.platform, job_id=run.job_id))
    planned_count, done_count = run.total_count, recorded.total + run.failed_count
    run.total_count = max(planned_count, done_count) if stop and flow.more_may_follow else done_count
    left_count = run.total_count - done_count
    end = RunEnd(
        processed_count=recorded.total,
        failed_count=run.failed_count,
        left_count=left_count,
        no_longer_due_count=max(0, planned_count - run.total_count),
        stop=stop,
    )
    return _result(run, end, recorded.last_at)


def _result(run: HeldRun, end: RunEnd, revoked_at: datetime | None) -> RunResult[RevokeExpiredResponse]:
    response = RevokeExpiredResponse(
        message=message_of_end(run.job_type.kind, end, NOTHING_FOUND),
        job_id=UUID(run.job_id),
        revoked_count=end.done_count,
        revoked_at=revoked_at,
        failed_count=end.failed_count,
        left_due_count=end.left_count,
        not_known_count=end.not_known_count,
        superseded_count=end.superseded_count,
    )
    return RunResult(end, response)


@dataclass(frozen=True, eq=False)
class Batch:
    """As many expired requests as one transaction may revoke: any, or those with these ids and addresses."""

    requests: Mapping[SqlId, str | None] | None = None


class RevocationFlow:
    """Revokes batch after batch without a connector, each in the transaction that records it.

    Once the database has refused a batch, every batch names its requests, so that smaller ones can be tried.
    """

    max_concurrency: int | None = 1
    not_recorded = NOT_RECORDED

    def __init__(self, run: HeldRun, failed_in: Sequence[str]) -> None:
        self._run = run
        self._platform = run.platform
        self._failed_in = [*failed_in, run.job_id]
        self._has_names = False
        self.more_may_follow = True

    def next_group(self) -> Sequence[Batch]:
        if not self.more_may_follow:
            return []
        return self._named_batch() if self._has_names else [Batch()]

    async def perform(self, item: Batch) -> None:
        pass

    def parts(self, item: Batch) -> Sequence[Batch]:
        if item.requests is None:
            self._has_names = True
            return self._named_batch()
        if len(item.requests) == 1:
            return [item]
        return [Batch({request_id: email}) for request_id, email in item.requests.items()]

    def _named_batch(self) -> list[Batch]:
        """Returns a batch of requests that have expired and were not refused in this chain."""

        def read(connection: Connection) -> dict[SqlId, str | None]:
            limit = batch_size(connection)
            rows = list_expired(connection, self._platform, limit, not_failed_in=self._failed_in)
            requests = {
                self._platform.from_sql_id(row["id"]): without_blanks(row["requested_by_email"]) or None for row in rows
            }
            self.more_may_follow = len(requests) == limit
            return requests

        requests = self._run.read(read)
        return [Batch(requests)] if requests else []

    def record(self, connection: Connection, done: Sequence[Batch], failed: Sequence[FailedItem[Batch]]) -> Recorded:
        failures = [
            FailureRecord(str(request_id), ATTEMPTED, email, failure.reason)
            for failure in failed
            for request_id, email in (failure.item.requests or {}).items()
        ]
        if failures:
            record_failures(connection, self._run.job_id, failures)
        return Recorded(self._revoke(connection, done) if done else 0, len(failures))

    def _revoke(self, connection: Connection, batches: Sequence[Batch]) -> int:
        job_id = self._run.job_id
        ids = [request_id for batch in batches for request_id in batch.requests or ()]
        if ids:
            records = [RevocationRecord(request_id) for request_id in ids]
            return len(record_revocations(connection, self._platform, records, Revoker(REVOKED_BY, job_id)))
        revoked = revoke_batch(connection, self._platform.sql_names, revoked_by=REVOKED_BY, job_id=job_id)
        self.more_may_follow = revoked.more_may_follow
        return revoked.count
