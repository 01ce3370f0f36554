"""The models of the overview and of its concerns."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from access.platforms import PlatformKey
from api.model import ApiModel
from reports.models import JobState, PlatformFigures, RunsOfDay


class ReasonCount(ApiModel):
    reason: str
    count: int


# In the order of the overview, the worst first.
ConcernKind = Literal[
    "removedInError",
    "removalUnsettled",
    "connection",
    "runFailed",
    "runAbandoned",
    "runSilent",
    "overdue",
    "unreadableExpiry",
    "findings",
    "itemsFailed",
    "notKnown",
]


class Concern(ApiModel):
    """Something that needs a person.

    `removedInError`: `count` grants were removed lately from people who should keep them, the last one at `since`.

    `removalUnsettled`: `count` removals and returns of access were interrupted, the oldest at `since`.
    For a day the platform has not said whether they happened.

    `connection`: at `since`, the platform did not let the app in, or showed it no grants of others. `reasons` says why.

    `runFailed`, `runAbandoned`: the job's last run that was not cancelled, `jobId`, ended in this way at `since`.

    `runSilent`: the run in progress has given no sign of life since `since`.

    `unreadableExpiry`: the expiry dates of `count` active requests cannot be read. They are never reminded or revoked.

    `overdue`: `count` expired requests are still active, the oldest since `since`. The revoke job has been due since.

    `findings`: `count` findings of the nightly checks need someone, the first seen at `since`. `reasons` are their
    kinds. Those of kind `unrecorded`, and ignored ones, are not among them.

    `itemsFailed`: `count` items of that run, or of its chain, failed and are still due, mostly for these `reasons`.

    `notKnown`: the platform did not show that run, or its chain, whether `count` grants are gone. They are still due.
    """

    kind: ConcernKind
    platform: PlatformKey
    job_type: str
    job_id: UUID | None = None
    since: datetime | None = None
    count: int | None = None
    reasons: tuple[ReasonCount, ...] = ()


class Overview(ApiModel):
    """The state of everything at `asOf`. `concerns` begins with the worst.

    `lastTroubleAt` is the end of the newest run that failed, was abandoned or had failures. It is null when the days of
    `runsPerDay` had none.
    """

    as_of: datetime
    concerns: list[Concern]
    platforms: list[PlatformFigures]
    jobs: list[JobState]
    runs_per_day: list[RunsOfDay]
    last_trouble_at: datetime | None
