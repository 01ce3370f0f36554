"""What a caller may ask of a list of access requests, and the conditions that it becomes."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from access.platforms import Platform
from api.errors import InvalidFieldsError
from api.listing import Filters, ListQuery, OptionalText, SortKey, contains_pattern, time_key

SortOrder = Literal[
    "expiresOn",
    "-expiresOn",
    "requestedOn",
    "-requestedOn",
    "requestedByEmail",
    "-requestedByEmail",
    "id",
    "-id",
]


class RequestListQuery(ListQuery):
    descriptions: ClassVar[dict[str, str]] = {
        **ListQuery.descriptions,
        "status": "Only requests in this status.",
        "q": "Only requests in which a text field contains this.",
        "id": "Only the request with this id.",
    }

    sort: SortOrder = "expiresOn"
    status: OptionalText = None
    q: OptionalText = None
    id: OptionalText = None

    def filters(self, platform: Platform) -> Filters:
        """Raises InvalidFieldsError for text that is no id of this platform."""
        columns = platform.columns
        conditions: list[str] = []
        parameters: dict[str, Any] = {}
        if self.status is not None:
            conditions.append(f"AND u.{columns['status']} = :status")
            parameters["status"] = self.status
        if self.id is not None:
            conditions.append(f"AND u.{columns['id']} = :id")
            try:
                parameters["id"] = platform.parse_id(self.id)
            except ValueError as error:
                raise InvalidFieldsError.of("id", f"This is not the id of a {platform.title} request.") from error
        if self.q is not None:
            matches = (f"u.{columns[field]} LIKE :pattern ESCAPE '\\'" for field in platform.field_names)
            conditions.append(f"AND ({' OR '.join(matches)})")
            parameters["pattern"] = contains_pattern(self.q)
        return Filters(conditions, parameters)


def sort_keys(platform: Platform) -> Mapping[str, SortKey]:
    columns = {field: f"u.{column}" for field, column in platform.columns.items()}
    return {
        "expiresOn": time_key("expires_on", columns["expires_on"]),
        "requestedOn": time_key("requested_on", columns["requested_on"]),
        "requestedByEmail": SortKey("requested_by_email", columns["requested_by_email"]),
        "id": SortKey("id", columns["id"], platform.parse_id),
    }
