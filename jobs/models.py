"""The shapes in which jobs and their runs go over HTTP."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from access.models import Attempt, ReminderType, RequestId
from access.platforms import PlatformKey
from api.model import ApiModel
from api.problem import Problem

RunStatus = Literal["InProgress", "Completed", "Failed", "Abandoned", "Cancelled"]
JobKindName = Literal["ExpiryNotification", "RevokeExpired"]
TriggerName = Literal["timer", "person", "automation", "continuation"]
Outcome = Literal["notified", "revoked", "failed"]


class ActiveJob(ApiModel):
    """The run that holds the lock, with its progress. `totalCount` is null until the run knows it."""

    job_id: UUID
    started_at: datetime
    started_by: str
    triggered_by: str | None
    heartbeat_at: datetime | None
    total_count: int | None
    processed_count: int | None
    failed_count: int | None


class LastRun(ActiveJob):
    """The newest run that has ended; `error` also says what a completed run left undone."""

    status: RunStatus
    completed_at: datetime | None
    error: str | None


class JobStatusResponse(ApiModel):
    """The state of one job type. `testSimulationAllowed` says whether failures may be simulated here."""

    is_locked: bool
    active_job: ActiveJob | None
    last_run: LastRun | None
    test_simulation_allowed: bool


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
    """`revokedAt` is the moment of the last revocation; null when nothing was revoked."""

    message: str
    job_id: UUID
    revoked_count: int
    revoked_at: datetime | None


class JobProblem(Problem):
    """`activeJob` is the run that is in the way."""

    active_job: ActiveJob | None = None


class RecordedRun(ApiModel):
    """A run as its row tells it. `error` also says what a run that completed left undone.

    `endedAt` is null while it runs; an abandoned run ended with its last sign of life. `leftCount` is what it found to
    do and has not done. For a run in progress `heartbeatAgeSeconds` is the age of its last sign of life, and `staleAt`
    the moment from which a new run may take over if none follows.
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
    stale_at: datetime | None
    total_count: int | None
    processed_count: int | None
    failed_count: int | None
    left_count: int | None
    error: str | None
    cancelled_by: str | None
    continues_job_id: UUID | None


class OutcomeCount(ApiModel):
    outcome: Outcome
    count: int


class RecordedRunDetails(RecordedRun):
    """`outcomes` counts what is on record of each kind that such a run can have."""

    continued_by_job_id: UUID | None
    outcomes: list[OutcomeCount]


class RunItem(ApiModel):
    """One thing that a run did or failed to do. `resource` and `expiresOn` are null when the request is gone."""

    outcome: Outcome
    request_id: RequestId
    email: str | None
    attempted: Attempt | None
    at: datetime | None
    error: str | None
    resource: str | None
    expires_on: datetime | None
