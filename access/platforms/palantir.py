"""Palantir: roles on the resources of Foundry."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from access.models import CreateRequest, StoredRequest
from access.platforms.platform import Platform

PalantirRole = Literal["Viewer", "Editor", "Owner", "Discoverer"]
# ri.<service>.<instance>.<type>.<locator>, as Palantir writes resource identifiers
ResourceRid = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=255,
        pattern=r"^ri\.[a-z][a-z0-9-]*\.([a-z0-9][a-z0-9-]*)?\.[a-z][a-z0-9-]*\.[A-Za-z0-9._-]+$",
    ),
]


class CreatePalantirRequest(CreateRequest):
    resource_rid: ResourceRid
    role: PalantirRole


class PalantirRequest(StoredRequest):
    id: UUID
    resource_rid: str
    role: str


PALANTIR = Platform(
    key="palantir",
    title="Palantir",
    request_shape=PalantirRequest,
    create_shape=CreatePalantirRequest,
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
    idempotency_key="IdempotencyKey",
    created_by="CreatedBy",
    resource_fields=("resource_rid", "role"),
    grant_field="role",
)
