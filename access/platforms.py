"""The two platforms, and the names by which each one's tables and columns go.

All names are constants of the code; they fill the {placeholders} of the statements in sql/.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sql.column_types import from_sql_uuid

_NAMED_COLUMNS = ("id", "requested_by_email", "status", "requested_on", "expires_on")


@dataclass(frozen=True, eq=False)
class Platform:
    """One platform's corner of the database. `columns` maps the API's field names to column names."""

    key: str  # as in its URLs
    title: str
    requests: str
    notifications: str
    notified_request: str
    revocations: str
    revoked_request: str
    id_type: str
    id_is_generated_by_database: bool
    columns: Mapping[str, str]
    resource_fields: tuple[str, ...]

    @property
    def field_names(self) -> tuple[str, ...]:
        """The fields of a request that its creator gives, apart from the expiry date."""
        return ("requested_by_email", *self.resource_fields, "business_reason")

    def parse_id(self, text: str) -> str | int:
        """The id as its column stores it. Raises ValueError for text that is no id of this platform."""
        if self.id_type != "INT":
            return str(UUID(text))
        number = int(text)
        if not -(2**31) <= number < 2**31:
            raise ValueError("An id that an INT column cannot hold.")
        return number

    def from_sql_id(self, value: object) -> str | int:
        return int(str(value)) if self.id_type == "INT" else from_sql_uuid(value)

    @cached_property
    def sql_names(self) -> Mapping[str, str]:
        """What the statements' placeholders stand for on this platform."""
        inserted = self.field_names if self.id_is_generated_by_database else ("id", *self.field_names)
        return {
            "requests": self.requests,
            "notifications": self.notifications,
            "notified_request": self.notified_request,
            "revocations": self.revocations,
            "revoked_request": self.revoked_request,
            "id_type": self.id_type,
            "request_columns": ", ".join(f"u.{column} AS {field}" for field, column in self.columns.items()),
            "inserted_columns": ", ".join(self.columns[field] for field in inserted),
            "inserted_values": ", ".join(f":{field}" for field in inserted),
            "stored_columns": ", ".join(f"{{INSERTED}}{column} AS {field}" for field, column in self.columns.items()),
            **{field: self.columns[field] for field in _NAMED_COLUMNS},
        }


DATABRICKS = Platform(
    key="databricks",
    title="Databricks",
    requests="DataAccessDeltaRequests",
    notifications="ExpiryNotification_Databricks",
    notified_request="DeltaRequestId",
    revocations="RevokedAccess_Databricks",
    revoked_request="DeltaRequestId",
    id_type="INT",
    id_is_generated_by_database=True,
    columns={
        "id": "id",
        "requested_by_email": "requested_by_email",
        "status": "Status",
        "requested_on": "Requested_On",
        "expires_on": "Expires_On",
        "catalog_name": "Catalog_Name",
        "schema_name": "Schema_Name",
        "table_name": "Table_Name",
        "privilege": "Privilege",
        "business_reason": "Business_Reason",
    },
    resource_fields=("catalog_name", "schema_name", "table_name", "privilege"),
)

PALANTIR = Platform(
    key="palantir",
    title="Palantir",
    requests="DataAccessPalantirRequests",
    notifications="ExpiryNotification_Palantir",
    notified_request="PalantirRequestId",
    revocations="RevokedAccess_Palantir",
    revoked_request="PalantirRequestId",
    id_type="UNIQUEIDENTIFIER",
    id_is_generated_by_database=False,
    columns={
        "id": "RequestId",
        "requested_by_email": "RequesterEmail",
        "status": "RequestStatus",
        "requested_on": "RequestedOn",
        "expires_on": "ExpirationDate",
        "resource_rid": "ResourceRid",
        "role": "Role",
        "business_reason": "BusinessReason",
    },
    resource_fields=("resource_rid", "role"),
)

PLATFORMS = (DATABRICKS, PALANTIR)
