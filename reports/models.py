"""The shapes in which the history of runs, the overview and the audit go over HTTP."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from access.finding_kinds import FindingKind, ToldFinding
from access.models import Attempt, RemovalOutcome, RemovalProof, RequestId
from access.platforms import PlatformKey
from api.model import ApiModel
from jobs.models import JobKindName, RunStatus, StopCode, TriggerName

AuditEventKind = Literal[
    "created", "reminded", "failed", "notKnown", "letExpire", "letExpireUndone", "extended", "revoked", "cancelled",
    "givenBack", "findingOpened", "findingEnded", "findingIgnored", "findingNotIgnored", "findingAdopted",
    "findingTakenAway", "findingGivenBack",
]  # fmt: skip
RunItemOutcome = Literal["notified", "revoked", "failed", "notKnown", "found", "ended"]


class RecordedRun(ApiModel):
    """A run as it is on record. `note` says what it failed at and left, `stopReason` why it stopped early.

    `error` says why a run failed. For a completed run, it repeats the note.

    A `Queued` run has waited since `startedAt` to be started.

    `endedAt` is null while the run is in progress. An abandoned run ended with its last sign of life. `leftCount` is
    how many of the requests it found are still to be done. `notKnownCount` of them were tried, and the platform did not
    show whether their access is gone.

    A run in progress has a `heartbeatAgeSeconds`, the age of its last sign of life. `isSilent` says that it has most
    likely died. If no sign follows, a new run may take over from `staleAt`.

    `resumesAt` is when a follow-up run starts on what this one has left. Cancelling this run prevents it. It is null
    when no follow-up is planned, or when it has started.
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
    not_known_count: int | None
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
    """The sums of all runs that continue one another. They found `totalCount` requests due; `leftCount` still wait."""

    run_count: int
    total_count: int
    processed_count: int
    failed_count: int
    left_count: int


class RecordedRunDetails(RecordedRun):
    """`outcomes` counts the records of each kind that such a run can have, and `notKnown` only if there are any.

    `seenGoneCount` is how many of its revocations were confirmed at the platform. It is null where access was only
    recorded.

    `chain` is null for a run that neither continues another nor was continued.
    """

    continued_by_job_id: UUID | None
    chain: RunChain | None
    outcomes: list[OutcomeCount]
    seen_gone_count: int | None


class RunItem(RemovalProof, ToldFinding):
    """One thing that a run did or failed to do. `resource` and `expiresOn` are null when the request is gone.

    `found` and `ended` are findings that a check was the first to see, and that it ended. A finding about no request
    has no `requestId`.

    `expiresOn` is also null when the access never expires, or when `expiresOnAsWritten` is a date that cannot be read.
    """

    outcome: RunItemOutcome
    request_id: RequestId | None
    email: str | None
    attempted: Attempt | None
    at: datetime | None
    error: str | None
    resource: str | None
    expires_on: datetime | None
    expires_on_as_written: str | None = None


class PeriodFigure(ApiModel):
    """A count over a period, which includes `since` and excludes `until`."""

    count: int
    since: datetime
    until: datetime


class OverdueFigure(ApiModel):
    """Active requests whose expiry has passed. `oldestExpiresOn` is null when there are none."""

    count: int
    oldest_expires_on: datetime | None


class DueReminders(ApiModel):
    """How many requests are due for their first and for their second reminder.

    `total` counts both, the most urgent first. When `totalIsExact` is false, there are more. `withoutUsableEmail` says
    how many of them have no single, plain email address.
    """

    first: int
    second: int
    total: int
    total_is_exact: bool
    without_usable_email: int


class ExpiriesOfDay(ApiModel):
    day: date
    count: int


class OftenExtended(ApiModel):
    """An active request that has been extended several times."""

    request_id: RequestId
    email: str
    resource: str
    extension_count: int


class FindingCount(ApiModel):
    kind: FindingKind
    count: int


class PlatformFigures(ApiModel):
    """`endingWithin7Days` and `endingWithin30Days` sum up `expiriesPerDay`, whose first day is the rest of today.

    `letExpireWithin30Days` counts decisions, undone ones too.

    `oftenExtendedCount` active requests have been extended three times or more. `oftenExtended` lists the first of
    them, the most often extended first.

    `findings` counts what the nightly checks found and what is neither ignored nor ended, by kind.

    `stillHeldCount` is how many overdue grants could not be removed at the platform. It is null where access is only
    recorded.
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
    findings: tuple[FindingCount, ...] = ()


class RunsOfDay(ApiModel):
    """How many runs started on a day, by how they went. Those that completed with failures have their own count."""

    day: date
    in_progress: int = 0
    completed: int = 0
    completed_with_failures: int = 0
    failed: int = 0
    abandoned: int = 0
    cancelled: int = 0


class JobState(ApiModel):
    """One job. `nextRunAt` is when its next run starts, scheduled or as a follow-up. It is null when unknown.

    `neverRuns` tells that no moment fits its schedule, like 31 February: its timer is switched off.

    `seenGoneCount` is how many revocations of its last run were confirmed at the platform. It is null where access was
    only recorded.
    """

    job_type: str
    kind: JobKindName
    platform: PlatformKey
    active_run: RecordedRun | None
    last_run: RecordedRun | None
    seen_gone_count: int | None
    next_run_at: datetime | None
    never_runs: bool


class AuditEvent(ApiModel):
    """One decision. `attempted` is what was sent, failed or revoked, `by` who decided, `jobId` the run that did it.

    `removal` is the result of a revocation at the platform. It is null where access is only recorded.

    `reason` is the reason that the person gave. `successorId` is the request that an extension or an adoption created.

    `findingId` and `finding` are the finding that the event is about, and its kind. `findingId` of `created` is the
    finding that became the request.
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
    finding_id: int | None = None
    finding: FindingKind | None = None


class AuditPage(ApiModel):
    """`nextCursor` is null on the last page."""

    items: list[AuditEvent]
    next_cursor: str | None
