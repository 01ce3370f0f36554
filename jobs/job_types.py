"""The four job types, as they stand in JobRun.Job_Type."""

from enum import StrEnum

from access.platforms import DATABRICKS, PALANTIR, Platform


class JobType(StrEnum):
    EXPIRY_NOTIFICATION_DATABRICKS = "ExpiryNotificationDatabricks"  # flow 1 on Databricks
    EXPIRY_NOTIFICATION_PALANTIR = "ExpiryNotificationPalantir"  # flow 1 on Palantir
    REVOKE_EXPIRED_DATABRICKS = "RevokeExpiredDatabricks"  # flow 2 on Databricks
    REVOKE_EXPIRED_PALANTIR = "RevokeExpiredPalantir"  # flow 2 on Palantir


EXPIRY_NOTIFICATION_JOBS: dict[Platform, JobType] = {
    DATABRICKS: JobType.EXPIRY_NOTIFICATION_DATABRICKS,
    PALANTIR: JobType.EXPIRY_NOTIFICATION_PALANTIR,
}
REVOKE_EXPIRED_JOBS: dict[Platform, JobType] = {
    DATABRICKS: JobType.REVOKE_EXPIRED_DATABRICKS,
    PALANTIR: JobType.REVOKE_EXPIRED_PALANTIR,
}
