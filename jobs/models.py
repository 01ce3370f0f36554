"""The shapes in which jobs and their runs go over HTTP."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from access.models import ReminderType, RequestId
from api.model import ApiModel
from api.problem import Problem

RunStatus = Literal["Queued", "InProgress", "Completed", "Failed", "Abandoned", "Cancelled"]
JobKindName = Literal["ExpiryNotification", "RevokeExpired", "AccessCheck"]
TriggerName = Literal["timer", "person", "automation", "continuation"]


class StopCode(StrEnum):
    """Why a run starts no further work, as in JobRun.Stop_Reason."""

    SERVER_STOPPED = "serverStopped"
    LOCK_LOST = "lockLost"
    LOCK_NOT_RENEWED = "lockNotRenewed"
    CANCELLED = "cancelled"
    TIME_SPENT = "timeSpent"
    MAX_ITEMS_REACHED = "maxItemsReached"
    RECORDS_REFUSED = "recordsRefused"
    CHANGED_MEANWHILE = "changedMeanwhile"  # a request that gave the same access has ended
    EMAIL_LIMIT_REACHED = "emailLimitReached"  # a setting's; the detail says which
    EMAIL_PAUSED = "emailPaused"  # the mail service wants no mail for now
    EMAIL_FAILING = "emailFailing"  # several tries in a row have failed
    PLATFORM_STOPPED = "platformStopped"  # the platform takes no calls for now, or refuses them all


class ActiveJob(ApiModel):
    """The run that holds the lock, with its progress. `totalCount` is null until the run knows it.

    `heartbeatAt` is null for a run that is queued and takes the lock in a moment. `isSilent` says that its last sign of
    life is so old that it has most likely died.
    """

    job_id: UUID
    started_at: datetime
    started_by: str
    triggered_by: str | None
    heartbeat_at: datetime | None
    is_silent: bool
    total_count: int | None
    processed_count: int | None
    failed_count: int | None
    cancelled_by: str | None


class LastRun(ActiveJob):
    """The newest run that has ended. `note` says what it failed at and left, `stopReason` why it did no more.

    `error` says why a run failed; of one that completed, it repeats the note.
    """

    status: RunStatus
    completed_at: datetime | None
    error: str | None
    note: str | None
    stop_reason: StopCode | None


class JobStatusResponse(ApiModel):
    """The state of one job type. `testSimulationAllowed` says whether failures may be simulated here."""

    is_locked: bool
    active_job: ActiveJob | None
    last_run: LastRun | None
    test_simulation_allowed: bool


class QueuedRun(ApiModel):
    """A run that starts within seconds, or as soon as the job's lock is free; ask for it by `jobId`."""

    message: str
    job_id: UUID
    status: Literal["Queued"] = "Queued"


class NotifiedRequest(ApiModel):
    """`email` is null only for a request that has no address, whose reminder therefore failed."""

    request_id: RequestId
    email: str | None
    reminder: ReminderType
    days_left: int


class FailedNotification(NotifiedRequest):
    error: str


class SendPerformance(ApiModel):
    """`sequentialSeconds` is what the sends would have taken one after another."""

    send_count: int
    elapsed_seconds: float
    sequential_seconds: float
    speed_up: float


class ExpiryNotificationsResponse(ApiModel):
    message: str
    job_id: UUID
    notified_count: int
    failed_count: int
    left_due_count: int
    notified: list[NotifiedRequest]
    failed: list[FailedNotification]
    performance: SendPerformance


class RevokeExpiredResponse(ApiModel):
    """`revokedAt` is the moment of the last revocation; null when nothing was revoked.

    Where access is only recorded, `failedCount` is what the database refused, and nothing is superseded, covered by
    another request.
    """

    message: str
    job_id: UUID
    revoked_count: int
    revoked_at: datetime | None
    failed_count: int
    left_due_count: int
    superseded_count: int


class ReminderCount(ApiModel):
    reminder: ReminderType
    count: int


class ResourceCount(ApiModel):
    resource: str
    count: int


class PreviewedItem(ApiModel):
    request_id: RequestId
    email: str | None
    resource: str
    expires_on: datetime


class PreviewedReminder(PreviewedItem):
    reminder: ReminderType
    days_left: int


class SampleEmail(ApiModel):
    to: str
    subject: str
    text: str


class JobPreview(ApiModel):
    """What a run would do now. `items` are the first of `count`, `resources` the most frequent of `resourceCount`."""

    dry_run: Literal[True] = True
    message: str
    count: int
    resource_count: int
    resources: list[ResourceCount]


class SendingDelay(ApiModel):
    """At most `count` emails leave within any `minutes`, so that the last of all leaves at about `lastLeavesAt`.

    `lastLeavesAt` is null where no further run goes on by itself: what does not leave at once stays due.
    """

    count: int
    minutes: int
    last_leaves_at: datetime | None


class ExpiryNotificationsPreview(JobPreview):
    """`endedCount` of them ended earlier today and are told so. A run takes on at most `runMaxItems` at once.

    `delay` is null where no limit on emails holds any of them up.
    """

    reminders: list[ReminderCount]
    ended_count: int
    run_max_items: int
    items: list[PreviewedReminder]
    email_sender: Literal["simulated", "smtp", "azure"]
    delay: SendingDelay | None
    sample_email: SampleEmail | None


class PreviewedRevocation(PreviewedItem):
    """`held` is what the platform says: `direct`, by the grant itself, `through` something else, `gone`, or `unknown`.

    `detail` says through what, or why it is not known. Both are null where the platform was not asked.
    """

    current_grant: Literal["direct", "through", "gone", "unknown"] | None = Field(default=None, alias="held")
    detail: str | None = None


class RevokeExpiredPreview(JobPreview):
    """`takesAccessAway` says whether a run calls the platform; otherwise access is only recorded as revoked."""

    removes_access: bool = Field(alias="takesAccessAway")
    items: list[PreviewedRevocation]


class JobProblem(Problem):
    """`activeJob` is the run that is in the way."""

    active_job: ActiveJob | None = None
