"""The state of everything at one look: the concerns that need a person, the figures, the jobs."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import Connection

from access.connections.records import read_checks, sees_nothing, why_it_sees_nothing
from access.connectors.choice import removes_access
from access.platforms import PLATFORMS, PLATFORMS_BY_KEY
from config.context import AppContext
from config.settings import Settings
from jobs.job_types import CHECK_TYPES, JOB_TYPES, JobKind, JobType
from jobs.run_records.chains import chain_of
from jobs.run_records.job_run_helper import STALE_AFTER_MINUTES
from reports.models import JobState, PlatformFigures, RecordedRun
from reports.overview_figures import RUN_DAYS, read_platform_figures, read_runs_per_day
from reports.overview_models import Concern, ConcernKind, Overview, ReasonCount
from reports.run_history import run_fields, seen_gone_by_run
from reports.schedule import last_due_at, never_runs, next_run_at
from sql.column_types import from_sql_time_or_none, from_sql_uuid, to_sql_time
from sql.statements import statement

# A revoke job may still be at work for so long after its schedule.
REVOKED_BY_NOW = timedelta(hours=1)
# A request that ended longer ago counts as missed also if the timer never fires.
REVOKED_WITHIN = timedelta(days=1)
MAX_REASONS = 3
# A job's state is read from so many of its runs.
NEWEST_RUNS = 5
# Access removed in error is shown for so long. Only the platform knows whether it has been granted again.
REMOVED_IN_ERROR_FOR = timedelta(days=7)
MAX_REMOVED_IN_ERROR = 1000

_STALE = {"stale_after_minutes": STALE_AFTER_MINUTES}
# The condition that a run's failure is not settled. The failures of a check stay until the next check.
_STILL_DUE = {
    JobKind.EXPIRY_NOTIFICATION: "{reminder_still_due}",
    JobKind.REVOKE_EXPIRED: "{revocation_still_due}",
    JobKind.ACCESS_CHECK: "",
}
_WORST_FIRST = get_args(ConcernKind)


def read_overview(context: AppContext) -> Overview:
    now = context.database.utc_now()
    platforms = [read_platform_figures(context, platform, now) for platform in PLATFORMS]
    with context.database.read() as connection:
        jobs: list[JobState] = []
        concerns: list[Concern] = []
        for job_type in _job_types(context.settings):
            runs = _newest_runs(connection, job_type)
            jobs.append(_job_state(connection, context.settings, job_type, runs, now))
            concerns += _concerns_of_job(connection, job_type, runs)
        concerns += _overdue_concerns(context.settings, platforms, now)
        concerns += _unreadable_expiries(connection)
        concerns += _removed_in_error(connection, context.settings, now)
        concerns += _removals_unsettled(connection, context.settings)
        concerns += _findings(connection, context.settings)
        concerns += _blind_connections(connection, context.settings)
        find_trouble = statement("find_last_trouble", connection)
        last_trouble_at = connection.execute(find_trouble, {**_STALE, "last_day": 1 - RUN_DAYS}).scalar_one()
        return Overview(
            as_of=now,
            concerns=sorted(concerns, key=lambda concern: (_WORST_FIRST.index(concern.kind), -(concern.count or 0))),
            platforms=platforms,
            jobs=jobs,
            runs_per_day=read_runs_per_day(connection, now),
            last_trouble_at=from_sql_time_or_none(last_trouble_at),
        )


def _job_types(settings: Settings) -> Iterator[JobType]:
    yield from JOB_TYPES
    yield from (job_type for job_type in CHECK_TYPES if removes_access(settings, job_type.platform))


def _newest_runs(connection: Connection, job_type: JobType) -> list[RecordedRun]:
    """Returns the newest runs. A run in progress is among them: only runs that ended before they began may be newer."""
    clause = statement("list_newest_runs_of_type", connection)
    rows = connection.execute(clause, {**_STALE, "job_type": str(job_type), "limit": NEWEST_RUNS}).mappings()
    return [RecordedRun.model_validate(run_fields(row)) for row in rows]


def _job_state(
    connection: Connection, settings: Settings, job_type: JobType, runs: Sequence[RecordedRun], now: datetime
) -> JobState:
    active = next((run for run in runs if run.status == "InProgress"), None)
    last = next((run for run in runs if run is not active), None)
    starts = [next_run_at(settings, job_type, now), *(run.resumes_at for run in runs)]
    return JobState(
        job_type=str(job_type),
        kind=job_type.kind.value,
        platform=job_type.platform.key,
        active_run=active,
        last_run=last,
        seen_gone_count=last and seen_gone_by_run(connection, job_type, str(last.job_id)),
        next_run_at=min((start for start in starts if start), default=None),
        never_runs=never_runs(settings, job_type, now),
    )


def _concerns_of_job(connection: Connection, job_type: JobType, runs: Sequence[RecordedRun]) -> Iterator[Concern]:
    """Yields the concerns. A cancelled run settles nothing, so the concerns of the run before it stand too."""
    concern: dict[str, Any] = {"platform": job_type.platform.key, "job_type": str(job_type)}
    for silent in (run for run in runs if run.is_silent):
        since = silent.heartbeat_at or silent.started_at
        yield Concern.model_validate({**concern, "kind": "runSilent", "job_id": silent.job_id, "since": since})
    for ended in (run for run in runs if run.status != "InProgress"):
        told = {**concern, "job_id": ended.job_id, "since": ended.ended_at}
        if ended.status in ("Failed", "Abandoned"):
            yield Concern.model_validate({**told, "kind": f"run{ended.status}"})
        elif ended.failed_count or ended.not_known_count or ended.continues_job_id:
            chain = chain_of(connection, str(ended.job_id))
            for kind, is_not_known in (("itemsFailed", False), ("notKnown", True)):
                count, reasons = _still_due_failures(connection, job_type, chain, is_not_known=is_not_known)
                if count:
                    yield Concern.model_validate({**told, "kind": kind, "count": count, "reasons": reasons})
        if ended.status != "Cancelled":
            return


def _still_due_failures(
    connection: Connection, job_type: JobType, job_ids: Sequence[str], *, is_not_known: bool
) -> tuple[int, list[ReasonCount]]:
    """Returns how many failures of these runs are still to be settled, and the most frequent reasons."""
    clause = statement(
        "count_failures_by_reason",
        connection,
        **job_type.platform.sql_names,
        still_due=_STILL_DUE[job_type.kind],
        filters="{among_failed_in_runs}",
    )
    rows = connection.execute(
        clause, {"failed_in": json.dumps(job_ids), "is_not_known": is_not_known, "limit": MAX_REASONS}
    ).all()
    return rows[0].all_items if rows else 0, [ReasonCount(reason=row.reason, count=row.items) for row in rows]


def _overdue_concerns(settings: Settings, figures: Sequence[PlatformFigures], now: datetime) -> Iterator[Concern]:
    """Yields a concern for requests that the revoke job has missed. The next run revokes those that ended since."""
    for platform in figures:
        job_type = JobType(JobKind.REVOKE_EXPIRED, PLATFORMS_BY_KEY[platform.platform])
        due_at = last_due_at(settings, job_type, now - REVOKED_BY_NOW) or now - REVOKED_WITHIN
        oldest = platform.overdue.oldest_expires_on
        if oldest and oldest < due_at:
            yield Concern(
                kind="overdue",
                platform=platform.platform,
                job_type=str(job_type),
                since=oldest,
                count=platform.overdue.count,
            )


def _unreadable_expiries(connection: Connection) -> Iterator[Concern]:
    for platform in PLATFORMS:
        clause = statement("count_unreadable_expiries", connection, **platform.sql_names)
        if count := connection.execute(clause).scalar_one():
            job_type = str(JobType(JobKind.REVOKE_EXPIRED, platform))
            yield Concern(kind="unreadableExpiry", platform=platform.key, job_type=job_type, count=count)


def _removed_in_error(connection: Connection, settings: Settings, now: datetime) -> Iterator[Concern]:
    for platform in PLATFORMS:
        if not removes_access(settings, platform):
            continue
        clause = statement("list_removed_in_error", connection, **platform.sql_names)
        since = to_sql_time(now - REMOVED_IN_ERROR_FOR)
        rows = connection.execute(clause, {"since": since, "limit": MAX_REMOVED_IN_ERROR}).all()
        if rows:
            yield Concern(
                kind="removedInError",
                platform=platform.key,
                job_type=str(JobType(JobKind.REVOKE_EXPIRED, platform)),
                job_id=rows[0].job_id and UUID(from_sql_uuid(rows[0].job_id)),
                since=from_sql_time_or_none(rows[0].removed_at),
                count=len(rows),
            )


def _removals_unsettled(connection: Connection, settings: Settings) -> Iterator[Concern]:
    for platform in PLATFORMS:
        if not removes_access(settings, platform):
            continue
        found = connection.execute(statement("count_unsettled_removals", connection, **platform.sql_names)).one()
        if found.requests:
            yield Concern(
                kind="removalUnsettled",
                platform=platform.key,
                job_type=str(JobType(JobKind.REVOKE_EXPIRED, platform)),
                since=from_sql_time_or_none(found.oldest),
                count=found.requests,
            )


def _findings(connection: Connection, settings: Settings) -> Iterator[Concern]:
    """Yields a concern for the findings that need someone. Access that is only not recorded is shown apart."""
    for platform in PLATFORMS:
        if not removes_access(settings, platform):
            continue
        rows = connection.execute(statement("count_open_findings", connection, **platform.sql_names)).all()
        counts = [row for row in rows if row.kind != "unrecorded"]
        if counts:
            moments = [moment for row in counts if (moment := from_sql_time_or_none(row.first_seen_at))]
            yield Concern(
                kind="findings",
                platform=platform.key,
                job_type=str(JobType(JobKind.ACCESS_CHECK, platform)),
                since=min(moments, default=None),
                count=sum(row.findings for row in counts),
                reasons=tuple(
                    ReasonCount(reason=row.kind, count=row.findings)
                    for row in sorted(counts, key=lambda row: -row.findings)
                ),
            )


def _blind_connections(connection: Connection, settings: Settings) -> Iterator[Concern]:
    checks = read_checks(connection)
    for platform in PLATFORMS:
        shown_by = sees_nothing(checks, platform.key) if removes_access(settings, platform) else None
        if shown_by:
            yield Concern(
                kind="connection",
                platform=platform.key,
                job_type=str(JobType(JobKind.ACCESS_CHECK, platform)),
                since=shown_by.checked_at,
                reasons=(ReasonCount(reason=why_it_sees_nothing(shown_by), count=1),),
            )
