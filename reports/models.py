"""The shapes in which the history of runs, the overview and the audit go over HTTP."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from access.models import Attempt, RemovalOutcome, RemovalProof, RequestId
from access.platforms import PlatformKey
from api.model import ApiModel
from jobs.models import JobKindName, RunStatus, StopCode, TriggerName

AuditEventKind = Literal[
    "created", "reminded", "failed", "letExpire", "letExpireUndone", "extended", "revoked", "cancelled"
]
RunItemOutcome = Literal["notified", "revoked", "failed"]


class RecordedRun(ApiModel):
    """A run as its row tells it. `note` says what it failed at and left, `stopReason` why it did no more.

    `error` says why a run failed; of one that completed, it repeats the note.

    One that is `Queued` waits since `startedAt` to be started.

    `endedAt` is null while it runs; an abandoned run ended with its last sign of life. `leftCount` is what it found to
    do and has not done. For a run in progress `heartbeatAgeSeconds` is the age of its last sign of life, `isSilent`
    says that it has most likely died, and `staleAt` is the moment from which a new run may take over if no sign
    follows. `resumesAt` is when the run begins that continues with what this one has left, which cancelling this one
    prevents; null where none does, or one has begun.
    """

    job_id: UUID
    job_type: str
    kind: JobKindName
    platform: PlatformKey
    status: RunStatus
    trigger: TriggerName | None
    triggered_by: str | None
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    heartbeat_at: datetime | None
    heartbeat_age_seconds: float | None
    is_silent: bool
    stale_at: datetime | None
    total_count: int | None
    processed_count: int | None
    failed_count: int | None
    left_count: int | None
    error: str | None
    note: str | None
    stop_reason: StopCode | None
    cancelled_by: str | None
    continues_job_id: UUID | None
    resumes_at: datetime | None


class OutcomeCount(ApiModel):
    outcome: RunItemOutcome
    count: int


class RunChain(ApiModel):
    """All runs that continue one another, summed up: `totalCount` requests found due, of which `leftCount` wait."""

    run_count: int
    total_count: int
    processed_count: int
    failed_count: int
    left_count: int


class RecordedRunDetails(RecordedRun):
    """`outcomes` counts what is on record of each kind that such a run can have.

    `seenGoneCount` of what it revoked the platform was seen without; null where access was only recorded.

    `chain` is null for a run that continues none and has not been continued.
    """

    continued_by_job_id: UUID | None
    chain: RunChain | None
    outcomes: list[OutcomeCount]
    seen_gone_count: int | None


class RunItem(RemovalProof):
    """One thing that a run did or failed to do. `resource` and `expiresOn` are null when the request is gone."""

    outcome: RunItemOutcome
    request_id: RequestId
    email: str | None
    attempted: Attempt | None
    at: datetime | None
    error: str | None
    resource: str | None
    expires_on: datetime | None


class PeriodFigure(ApiModel):
    """How many in a period, from its first moment up to before its last."""

    count: int
    since: datetime
    until: datetime


class OverdueFigure(ApiModel):
    """Active requests whose expiry has passed. `oldestExpiresOn` is null when there is none."""

    count: int
    oldest_expires_on: datetime | None


class DueReminders(ApiModel):
    """How many requests are due for their first and for their second reminder.

    `total` counts both, the most urgent first, or says "at least so many" where `totalIsExact` is false.
    """

    first: int
    second: int
    total: int
    total_is_exact: bool


class ExpiriesOfDay(ApiModel):
    day: date
    count: int


class OftenExtended(ApiModel):
    """An active request that several extensions led to."""

    request_id: RequestId
    email: str
    resource: str
    extension_count: int


class PlatformFigures(ApiModel):
    """`endingWithin7Days` and `endingWithin30Days` sum up `expiriesPerDay`, whose first day is the rest of today.

    `letExpireWithin30Days` counts decisions, undone ones too. `oftenExtended` names the most often extended of the
    `oftenExtendedCount` active requests that three extensions or more led to.

    `stillHeldCount` of the overdue could not be removed at the platform; null where access is only recorded.
    """

    platform: PlatformKey
    overdue: OverdueFigure
    not_removed_count: int | None = Field(alias="stillHeldCount")
    ending_within_7_days: PeriodFigure
    ending_within_30_days: PeriodFigure
    due_reminders: DueReminders
    revoked_within_30_days: PeriodFigure
    extended_within_30_days: PeriodFigure
    let_expire_within_30_days: PeriodFigure
    often_extended_count: int
    often_extended: list[OftenExtended]
    expiries_per_day: list[ExpiriesOfDay]


class RunsOfDay(ApiModel):
    """How many runs started on a day, by how they went; those that completed with failures are counted apart."""

    day: date
    in_progress: int = 0
    completed: int = 0
    completed_with_failures: int = 0
    failed: int = 0
    abandoned: int = 0
    cancelled: int = 0


class JobState(ApiModel):
    """One job. `nextRunAt` is when its schedule, or a run that is to be continued, starts the next; null when unknown.

    `seenGoneCount` of what its last run revoked the platform was seen without; null where access was only recorded.
    """

    job_type: str
    kind: JobKindName
    platform: PlatformKey
    active_run: RecordedRun | None
    last_run: RecordedRun | None
    seen_gone_count: int | None
    next_run_at: datetime | None


class ReasonCount(ApiModel):
    reason: str
    count: int


class Concern(ApiModel):
    """Something that needs a person.

    `removedInError`: `count` grants were removed lately from people who should keep them, last at `since`.
    `runFailed`, `runAbandoned`: the job's last run that nobody cancelled, `jobId`; `since` is its end.
    `runSilent`: the run in progress has given no sign of life since `since`.
    `overdue`: `count` requests still stand, the oldest since `since`, although the revoke job was due meanwhile.
    `itemsFailed`: `count` items of that run, or of its chain, failed and are still due, mostly for these `reasons`.
    """

    kind: Literal["removedInError", "runFailed", "runAbandoned", "runSilent", "overdue", "itemsFailed"]
    platform: PlatformKey
    job_type: str
    job_id: UUID | None = None
    since: datetime | None = None
    count: int | None = None
    reasons: tuple[ReasonCount, ...] = ()


class Overview(ApiModel):
    """The state of everything at `asOf`. `concerns` begins with the worst.

    `lastTroubleAt` is when the newest run that failed, was abandoned or had failures ended, within the days of
    `runsPerDay`; null when there was none.
    """

    as_of: datetime
    concerns: list[Concern]
    platforms: list[PlatformFigures]
    jobs: list[JobState]
    runs_per_day: list[RunsOfDay]
    last_trouble_at: datetime | None


class AuditEvent(ApiModel):
    """One decision. `attempted` is what was sent, failed or revoked, `by` who decided, `jobId` the run that did it.

    `removal` is what came of a revocation at the platform; null where access is only recorded. `reason` is what a
    person gave for it, `successorId` the request that an extension made.
    """

    at: datetime
    event: AuditEventKind
    platform: PlatformKey
    request_id: RequestId | None
    email: str | None
    resource: str | None
    attempted: Attempt | None
    by: str | None
    job_id: UUID | None
    error: str | None
    removal: RemovalOutcome | None
    reason: str | None
    successor_id: RequestId | None


class AuditPage(ApiModel):
    """`nextCursor` is null on the last page."""

    items: list[AuditEvent]
    next_cursor: str | None
