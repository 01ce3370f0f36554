"""The settings that belong to one platform: how its access is removed, and when its jobs run."""

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel

from config.setting_types import DatabricksUrl, FoundryUrl, Line, RoleIds, ScheduleText, Secret


class DatabricksSettings(BaseModel):
    databricks_access: Literal["record", "unity-catalog"] = "record"
    databricks_host: DatabricksUrl | None = None
    databricks_token: Secret | None = None
    databricks_client_id: Line | None = None
    databricks_client_secret: Secret | None = None

    # The host fires the timers. The app only tells when a job runs next.
    expiry_notification_databricks_schedule: ScheduleText = "0 0 6 * * *"
    revoke_expired_databricks_schedule: ScheduleText = "0 20 6 * * *"
    access_check_databricks_schedule: ScheduleText = "0 0 4 * * *"

    def databricks_misfits(self) -> Iterator[str]:
        """Yields a sentence for each of these settings that does not fit the others."""
        if self.databricks_access == "unity-catalog" and not self.databricks_host:
            yield "DATABRICKS_ACCESS=unity-catalog needs DATABRICKS_HOST, the workspace's address."
        if (self.databricks_client_id is None) != (self.databricks_client_secret is None):
            yield "DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET belong together. Set both or neither."
        if self.databricks_token and self.databricks_client_id:
            yield "DATABRICKS_TOKEN and DATABRICKS_CLIENT_ID are two ways to sign in. Set one of them, or neither."


class PalantirSettings(BaseModel):
    palantir_access: Literal["record", "foundry"] = "record"
    foundry_hostname: FoundryUrl | None = None
    foundry_client_id: Line | None = None
    foundry_client_secret: Secret | None = None
    foundry_role_ids: RoleIds = {}

    expiry_notification_palantir_schedule: ScheduleText = "0 10 6 * * *"
    revoke_expired_palantir_schedule: ScheduleText = "0 30 6 * * *"
    access_check_palantir_schedule: ScheduleText = "0 10 4 * * *"

    def palantir_misfits(self) -> Iterator[str]:
        """Yields a sentence for each of these settings that does not fit the others."""
        foundry = (self.foundry_hostname, self.foundry_client_id, self.foundry_client_secret, self.foundry_role_ids)
        if self.palantir_access == "foundry" and not all(foundry):
            yield (
                "PALANTIR_ACCESS=foundry needs FOUNDRY_HOSTNAME, FOUNDRY_CLIENT_ID, FOUNDRY_CLIENT_SECRET "
                "and FOUNDRY_ROLE_IDS."
            )
