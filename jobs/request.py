"""RunRequest: the job to run, its caller, and how much to do. The endpoint, timer or message makes it once."""

import random
from dataclasses import dataclass
from enum import StrEnum

from access.platforms.platform import Platform
from access.same_person import same_person_key
from jobs.models import TriggerName


class JobKind(StrEnum):
    EXPIRY_NOTIFICATION = "ExpiryNotification"  # flow 1: remind
    REVOKE_EXPIRED = "RevokeExpired"  # flow 2: revoke
    ACCESS_CHECK = "AccessCheck"  # compare with the platform, only with a connector


@dataclass(frozen=True)
class JobType:
    kind: JobKind
    platform: Platform

    @property
    def schedule_setting(self) -> str:
        """Returns the name of the variable with the schedule of the job's timer."""
        return self.platform.schedule_setting(self.kind.name).upper()

    def __str__(self) -> str:
        return f"{self.kind}{self.platform.title}"


@dataclass(frozen=True)
class FailureSimulation:
    """The sends that fail on purpose, for tests: about half of them, or those to certain addresses."""

    random_half: bool = False
    emails: frozenset[str] = frozenset()

    @property
    def is_on(self) -> bool:
        return self.random_half or bool(self.emails)

    def picks(self, email: str) -> bool:
        return same_person_key(email) in self.emails or (self.random_half and random.randrange(2) == 0)  # noqa: S311  no secret


@dataclass(frozen=True)
class Link:
    """The place of a run in its chain. The first run continues none."""

    number: int = 0
    continues_job_id: str | None = None


NO_SIMULATION = FailureSimulation()
FIRST_LINK = Link()


@dataclass(frozen=True)
class RunRequest:
    """Asks for one run of a job.

    `queued_job_id` is the id of a run on record that waits to be started. `only_failed_of` is the id of a run whose
    failures alone are tried again. That and the simulation are for the notification job alone.
    """

    job_type: JobType
    triggered_by: str
    trigger: TriggerName = "person"
    queued_job_id: str | None = None
    link: Link = FIRST_LINK
    only_failed_of: str | None = None
    simulation: FailureSimulation = NO_SIMULATION

    @property
    def platform(self) -> Platform:
        return self.job_type.platform

    @property
    def is_whole(self) -> bool:
        """Tells whether the run is for all that is due, as on schedule."""
        return not (self.only_failed_of or self.simulation.is_on)

    @property
    def has_waiting_caller(self) -> bool:
        return self.trigger in ("person", "automation") and self.queued_job_id is None
