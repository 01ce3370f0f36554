"""Platform: the shapes of one platform's requests, and the names of its tables, columns, routes and settings.

All names are constants of the code. Those of tables and columns fill the {placeholders} of the statements in sql/.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

from pydantic import create_model

from access.models import CreateRequest, ListedRequest, PendingNotification, RequestDetails, StoredRequest
from sql.column_types import from_sql_uuid, parse_int, parse_uuid
from sql.request_names import names_of_columns

# The id of a request as its column stores it.
SqlId = int | str
_NAMED_COLUMNS = ("id", "requested_by_email", "status", "requested_on", "expires_on", "business_reason")


class Route(TypedDict):
    """The fields of an Operation that differ by platform."""

    name: str
    path: str
    tag: str


@dataclass(frozen=True, eq=False)
class Platform:
    """`columns` maps the API's field names to column names. The two columns after it are not in the API."""

    key: str  # as in its URLs
    title: str
    request_shape: type[StoredRequest]
    create_shape: type[CreateRequest]
    requests: str
    notifications: str
    notified_request: str
    revocations: str
    revoked_request: str
    id_type: str
    id_is_generated_by_database: bool
    columns: Mapping[str, str]
    idempotency_key: str
    created_by: str
    resource_fields: tuple[str, ...]
    grant_field: str  # the resource field that says what the access allows
    notification_id: str = "id"
    revocation_id: str = "id"

    @cached_property
    def listed_shape(self) -> type[StoredRequest]:
        """Returns the shape of a request with its latest revocation."""
        return create_model(f"Listed{self.title}Request", __base__=(ListedRequest, self.request_shape))

    @cached_property
    def details_shape(self) -> type[StoredRequest]:
        """Returns the shape of a request with its latest revocation and its timeline."""
        return create_model(f"{self.title}RequestDetails", __base__=(RequestDetails, self.listed_shape))

    @cached_property
    def pending_notification_shape(self) -> type[StoredRequest]:
        """Returns the shape of a request with the reminder that is due."""
        return create_model(f"Pending{self.title}Notification", __base__=(PendingNotification, self.request_shape))

    @property
    def field_names(self) -> tuple[str, ...]:
        """Returns the fields of a request that its creator fills in, except the expiry date."""
        return ("requested_by_email", *self.resource_fields, "business_reason")

    def parse_id(self, text: str) -> SqlId:
        """Returns the id as its column stores it. Raises ValueError for text that is not an id of this platform."""
        if self.id_type != "INT":
            return parse_uuid(text)
        return parse_int(text)

    def route(self, name: str, path: str = "") -> Route:
        """Returns an operation's name, path and tag on this platform. `path` follows the path of its requests."""
        return {"name": f"{self.key}_{name}", "path": f"{self.key}/access-requests{path}", "tag": self.title}

    def setting(self, name: str) -> str:
        """Returns the name of this platform's own field of Settings, like `databricks_access` for `access`."""
        return f"{self.key}_{name}"

    def schedule_setting(self, job_kind: str) -> str:
        """Returns the field of Settings that says when this platform's job of the kind runs."""
        return f"{job_kind.lower()}_{self.key}_schedule"

    def api_path(self, request_id: object) -> str:
        """Returns the path of a request in the API."""
        return f"/api/{self.key}/access-requests/{request_id}"

    def resource_text(self, row: Mapping[Any, Any]) -> str:
        """Returns a request's resource and grant as text, like `main.sales.orders (SELECT)`."""
        *resource, grant = (str(row[field]) for field in self.resource_fields)
        return f"{'.'.join(resource)} ({grant})"

    def from_sql_id(self, value: object) -> SqlId:
        """Returns the id in the form of `parse_id`, from the driver's value."""
        return int(str(value)) if self.id_type == "INT" else from_sql_uuid(value)

    @cached_property
    def sql_names(self) -> Mapping[str, str]:
        """Returns the values of the statements' placeholders on this platform."""
        return {
            "requests": self.requests,
            "notifications": self.notifications,
            "notified_request": self.notified_request,
            "notification_id": self.notification_id,
            "revocations": self.revocations,
            "revoked_request": self.revoked_request,
            "revocation_id": self.revocation_id,
            "id_type": self.id_type,
            "platform": self.key,
            "platform_title": self.title,
            "extensions": f"ExtendedAccess_{self.title}",
            "let_expire": f"LetExpire_{self.title}",
            "removal_intents": f"RemovalIntent_{self.title}",
            "given_access": f"GivenAccess_{self.title}",
            "creations": f"CreatedRequest_{self.title}",
            "idempotency_key": self.idempotency_key,
            "created_by": self.created_by,
            "place": self.columns[self.resource_fields[0]],
            **{field: self.columns[field] for field in _NAMED_COLUMNS},
            **names_of_columns(
                self.columns,
                self.resource_fields,
                inserted_fields=self.field_names if self.id_is_generated_by_database else ("id", *self.field_names),
                id_is_number=self.id_type == "INT",
            ),
        }
