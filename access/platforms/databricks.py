"""Databricks: privileges on the tables of Unity Catalog."""

from typing import Literal

from access.models import CreateRequest, Line, StoredRequest
from access.platforms.platform import Platform

Privilege = Literal["SELECT", "MODIFY", "ALL PRIVILEGES"]


class CreateDatabricksRequest(CreateRequest):
    catalog_name: Line
    schema_name: Line
    table_name: Line
    privilege: Privilege


class DatabricksRequest(StoredRequest):
    id: int
    catalog_name: str
    schema_name: str
    table_name: str
    privilege: str


DATABRICKS = Platform(
    key="databricks",
    title="Databricks",
    request_shape=DatabricksRequest,
    create_shape=CreateDatabricksRequest,
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
    idempotency_key="Idempotency_Key",
    created_by="Created_By",
    resource_fields=("catalog_name", "schema_name", "table_name", "privilege"),
    grant_field="privilege",
)
