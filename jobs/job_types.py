"""All job types: each job on each platform, as they stand in JobRun.Job_Type."""

from access.platforms import PLATFORMS
from jobs.request import JobKind, JobType

__all__ = ["CHECK_TYPES", "JOB_TYPES", "JOB_TYPES_BY_NAME", "JobKind", "JobType"]

JOB_TYPES = tuple(
    JobType(kind, platform) for kind in (JobKind.EXPIRY_NOTIFICATION, JobKind.REVOKE_EXPIRED) for platform in PLATFORMS
)
CHECK_TYPES = tuple(JobType(JobKind.ACCESS_CHECK, platform) for platform in PLATFORMS)
JOB_TYPES_BY_NAME = {str(job_type): job_type for job_type in (*JOB_TYPES, *CHECK_TYPES)}
