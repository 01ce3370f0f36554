"""The shapes of jobs and their runs over HTTP."""

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
    """The reason why a run starts no further work, as in JobRun.Stop_Reason."""

    SERVER_STOPPED = "serverStopped"
    LOCK_LOST = "lockLost"
    LOCK_NOT_RENEWED = "lockNotRenewed"
    CANCELLED = "cancelled"
    TIME_SPENT = "timeSpent"
    MAX_ITEMS_REACHED = "maxItemsReached"
    RECORDS_REFUSED = "recordsRefused"
    CHANGED_MEANWHILE = "changedMeanwhile"  # a request that gave the same access has ended
    EMAIL_LIMIT_REACHED = "emailLimitReached"  # a limit of the settings, which the detail names
    EMAIL_PAUSED = "emailPaused"  # the mail service accepts no mail for now, or some mails only later
    EMAIL_FAILING = "emailFailing"  # several tries in a row have failed
    PLATFORM_STOPPED = "platformStopped"  # the platform takes no calls for now, or refuses them all


class ActiveJob(ApiModel):
    """The run that holds the lock, with its progress. `totalCount` is null until the run knows it.

    `heartbeatAt` is null for a queued run, which takes the lock in a moment. `isSilent` says whether the last sign of
    life is so old that the run has probably died.
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
    """The newest run that has ended. `note` says what failed and what is left, `stopReason` why it stopped early.

    `error` says why a run failed. For a completed run, it repeats the note. `notKnownCount` requests stay due, since
    the platform did not show whether their access is gone.
    """

    status: RunStatus
    completed_at: datetime | None
    error: str | None
    note: str | None
    stop_reason: StopCode | None
    not_known_count: int | None = None


class JobStatusResponse(ApiModel):
    """The state of one job type. `testSimulationAllowed` says whether failures may be simulated here."""

    is_locked: bool
    active_job: ActiveJob | None
    last_run: LastRun | None
    test_simulation_allowed: bool


class QueuedRun(ApiModel):
    """A run that starts within seconds, or once the job's lock is free. Use its `jobId` to ask for it."""

    message: str
    job_id: UUID
    status: Literal["Queued"] = "Queued"


class NotifiedRequest(ApiModel):
    """`email` is null only for a request without an address, whose reminder always fails."""

    request_id: RequestId
    email: str | None
    reminder: ReminderType
    days_left: int


class FailedNotification(NotifiedRequest):
    error: str


class SendPerformance(ApiModel):
    """`sequentialSeconds` is the time that the sends would have taken one after another."""

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
    """`revokedAt` is the time of the last revocation. It is null if nothing was revoked.

    `notKnownCount` counts those of the `leftDueCount` requests that were tried, and of which the platform did not say
    whether the access is gone.

    `supersededCount` counts requests whose access another request covers. It is 0 if access is only recorded. Then
    `failedCount` counts the revocations that the database refused.
    """

    message: str
    job_id: UUID
    revoked_count: int
    revoked_at: datetime | None
    failed_count: int
    left_due_count: int
    not_known_count: int = 0
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
    """The work of a run now. `items` are the first of `count`, `resources` the most frequent of `resourceCount`."""

    dry_run: Literal[True] = True
    message: str
    count: int
    resource_count: int
    resources: list[ResourceCount]


class SendingDelay(ApiModel):
    """At most `count` emails leave within any `minutes`, so that the last of all leaves at about `lastLeavesAt`.

    `lastLeavesAt` is null if no follow-up run starts automatically. Then reminders above the limit stay due.
    """

    count: int
    minutes: int
    last_leaves_at: datetime | None


class ExpiryNotificationsPreview(JobPreview):
    """`endedCount` counts access that ended earlier today. A run takes on at most `runMaxItems` requests.

    `delay` is null if no limit delays any email.
    """

    reminders: list[ReminderCount]
    ended_count: int
    run_max_items: int
    items: list[PreviewedReminder]
    email_sender: Literal["simulated", "smtp", "azure"]
    delay: SendingDelay | None
    sample_email: SampleEmail | None


class PreviewedRevocation(PreviewedItem):
    """`held` is the platform's answer: `direct`, by the grant itself, `through` something else, `gone`, or `unknown`.

    `detail` says through what, or why it is unknown. Both are null if the platform was not asked.
    """

    current_grant: Literal["direct", "through", "gone", "unknown"] | None = Field(default=None, alias="held")
    detail: str | None = None


class RevokeExpiredPreview(JobPreview):
    """`takesAccessAway` says whether a run removes grants at the platform. Otherwise it only records that they end."""

    removes_access: bool = Field(alias="takesAccessAway")
    items: list[PreviewedRevocation]


class JobProblem(Problem):
    """`activeJob` is the run to wait for, if it is known."""

    active_job: ActiveJob | None = None
