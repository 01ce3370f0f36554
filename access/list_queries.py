"""What a caller may ask of a list: filters, order and page; and the opaque cursor that leads to the next page."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy import RowMapping

from access.errors import InvalidFieldsError
from access.models import FieldError
from access.platforms import Platform
from sql.column_types import from_sql_time, to_sql_time

DEFAULT_LIMIT = 50
MAX_LIMIT = 500

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
_SORT_FIELDS = {
    "expiresOn": "expires_on",
    "requestedOn": "requested_on",
    "requestedByEmail": "requested_by_email",
    "id": "id",
}
_TIME_FIELDS = ("expires_on", "requested_on")


def _refuse_nul(text: str | None) -> str | None:
    """SQLite reads a pattern only as far as its first NUL."""
    if text and "\0" in text:
        raise ValueError("Remove the NUL character.")
    return text


OptionalText = Annotated[str | None, Field(max_length=320), AfterValidator(_refuse_nul)]


class ListQuery(BaseModel):
    """The query string of a list; a blank value counts as absent, an unknown parameter is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=2000)] = None
    sort: SortOrder = "expiresOn"
    status: OptionalText = None
    q: OptionalText = None
    id: OptionalText = None

    @classmethod
    def from_values(cls, values: Mapping[str, Sequence[str]]) -> Self:
        """Raises InvalidFieldsError; of a repeated parameter the last value counts."""
        last = {key: given[-1] for key, given in values.items()}
        try:
            return cls.model_validate(
                {key: value for key, value in last.items() if value or key not in cls.model_fields}
            )
        except ValidationError as error:
            raise InvalidFieldsError.from_validation(error) from error

    @property
    def sort_field(self) -> str:
        return _SORT_FIELDS[self.sort.removeprefix("-")]

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    def order(self, platform: Platform) -> str:
        """The ORDER BY list; the id makes every order total."""
        direction = "DESC" if self.descending else "ASC"
        fields = dict.fromkeys((self.sort_field, "id"))
        return ", ".join(f"u.{platform.columns[field]} {direction}" for field in fields)

    def filters(self, platform: Platform) -> tuple[str, dict[str, Any]]:
        """The WHERE conditions of status, id and free text, with their parameters."""
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
                message = f"This is not the id of a {platform.title} request."
                raise InvalidFieldsError([FieldError(field="id", message=message)]) from error
        if self.q is not None:
            matches = (f"u.{columns[field]} LIKE :pattern ESCAPE '\\'" for field in platform.field_names)
            conditions.append(f"AND ({' OR '.join(matches)})")
            parameters["pattern"] = f"%{_escape_like(self.q)}%"
        return " ".join(conditions), parameters

    def identity(self, list_name: str) -> str:
        """Tells lists apart that differ in content or order, so that a cursor is not used on another list."""
        parts = [list_name, self.sort, self.status, self.q, self.id]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


# identity of the list, value of the sort field, id, total
_CURSOR_PARTS = TypeAdapter(tuple[str, str | int, str | int, int], config=ConfigDict(strict=True))


@dataclass(frozen=True)
class Cursor:
    """Where a page ended, and the total counted when the first page was read."""

    after_value: str | int
    after_id: str | int
    total: int

    @classmethod
    def after(cls, row: RowMapping, sort_field: str, total: int) -> Self:
        return cls(_key(row[sort_field]), _key(row["id"]), total)

    @classmethod
    def decode(cls, text: str, list_identity: str, sort_field: str, platform: Platform) -> Self:
        """Raises InvalidFieldsError for a cursor that this list did not hand out."""
        try:
            parts = _CURSOR_PARTS.validate_json(base64.urlsafe_b64decode(text.encode()))
            identity, after_value, after_id, total = parts
            if identity == list_identity:
                value = _parse_key(sort_field, str(after_value), platform)
                return cls(value, platform.parse_id(str(after_id)), total)
        except ValueError:
            pass  # forged
        message = "This cursor belongs to another list, filter or order. Leave it out to read the first page."
        raise InvalidFieldsError([FieldError(field="cursor", message=message)])

    def encode(self, list_identity: str) -> str:
        parts = [list_identity, self.after_value, self.after_id, self.total]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()

    def seeks(self, query: ListQuery, platform: Platform) -> list[str]:
        """The conditions that lead past this point, each served by an index: first the ties, then the rest."""
        comparison = "<" if query.descending else ">"
        beyond_id = f"AND u.{platform.columns['id']} {comparison} :after_id"
        if query.sort_field == "id":
            return [beyond_id]
        column = platform.columns[query.sort_field]
        return [f"AND u.{column} = :after_value {beyond_id}", f"AND u.{column} {comparison} :after_value"]


def _key(value: Any) -> str | int:
    if isinstance(value, datetime):
        return to_sql_time(value)
    return value if isinstance(value, int) else str(value)


def _parse_key(field: str, text: str, platform: Platform) -> str | int:
    """Raises ValueError for what the field's column cannot hold."""
    if field == "id":
        return platform.parse_id(text)
    return to_sql_time(from_sql_time(text)) if field in _TIME_FIELDS else text


def _escape_like(text: str) -> str:
    for character in "\\%_[":
        text = text.replace(character, f"\\{character}")
    return text
