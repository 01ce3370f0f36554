"""The job types, one for each kind of job on each platform, as they stand in JobRun.Job_Type."""

from dataclasses import dataclass
from enum import StrEnum

from access.platforms import PLATFORMS, Platform


class JobKind(StrEnum):
    EXPIRY_NOTIFICATION = "ExpiryNotification"  # flow 1: remind
    REVOKE_EXPIRED = "RevokeExpired"  # flow 2: revoke
    ACCESS_CHECK = "AccessCheck"  # compare with the platform, only where a connector is on


@dataclass(frozen=True)
class JobType:
    kind: JobKind
    platform: Platform

    @property
    def schedule_setting(self) -> str:
        """The setting that says when the job's timer fires."""
        return f"{self.kind.name}_{self.platform.key.upper()}_SCHEDULE"

    def __str__(self) -> str:
        return f"{self.kind}{self.platform.title}"


JOB_TYPES = tuple(
    JobType(kind, platform) for kind in (JobKind.EXPIRY_NOTIFICATION, JobKind.REVOKE_EXPIRED) for platform in PLATFORMS
)
CHECK_TYPES = tuple(JobType(JobKind.ACCESS_CHECK, platform) for platform in PLATFORMS)
JOB_TYPES_BY_NAME = {str(job_type): job_type for job_type in (*JOB_TYPES, *CHECK_TYPES)}
