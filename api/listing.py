"""Lists of any kind: their filters, order and page, and the opaque cursor that leads to the next page.

A list is a pair of statements, list_<name> and count_<name>; {filters} and {order} are filled in here.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy import RowMapping

from api.errors import InvalidFieldsError
from api.model import ApiModel
from config.context import AppContext
from sql.column_types import from_sql_time, to_sql_time
from sql.statements import statement

DEFAULT_LIMIT = 50
MAX_LIMIT = 500

Key = str | int
Item = TypeVar("Item", bound=ApiModel)


class Page(ApiModel, Generic[Item]):
    """One page of a list. `total` counts the whole filtered list; `nextCursor` is null on the last page."""

    items: list[Item]
    total: int
    next_cursor: str | None


def _refuse_nul(text: str | None) -> str | None:
    """SQLite reads a pattern only as far as its first NUL."""
    if text and "\0" in text:
        raise ValueError("Remove the NUL character.")
    return text


OptionalText = Annotated[str | None, Field(max_length=320), AfterValidator(_refuse_nul)]


class ListQuery(BaseModel):
    """The query string of a list; a blank value counts as absent, an unknown parameter is refused.

    A list's own query adds its filters and `sort`, which names a field; a leading `-` means descending.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    descriptions: ClassVar[dict[str, str]] = {
        "limit": "How many items a page has at most.",
        "cursor": "The `nextCursor` of the page before; left out for the first page.",
        "sort": "The order; a leading `-` means descending.",
    }

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=2000)] = None
    sort: str

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
    def descending(self) -> bool:
        return self.sort.startswith("-")

    def identity(self, list_name: str) -> str:
        """Tells lists apart that differ in content or order, so that a cursor is not used on another list."""
        parts = [list_name, self.model_dump(mode="json", exclude={"limit", "cursor"})]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Filters:
    """Conditions for a WHERE clause, each beginning with AND, with the values of their parameters."""

    conditions: Sequence[str]
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class SortKey:
    """A column that orders a list. `parse` reads its value from a cursor; ValueError for what it cannot hold."""

    field: str  # the column's name in a row
    column: str  # and in SQL
    parse: Callable[[str], Key] = str


def time_key(field: str, column: str) -> SortKey:
    return SortKey(field, column, lambda text: to_sql_time(from_sql_time(text)))


@dataclass(frozen=True)
class Listing:
    """One list. Its order is made total by `id_key`; `scope` tells lists apart that share their statements."""

    name: str
    scope: str
    names: Mapping[str, str]
    sort_keys: Mapping[str, SortKey]
    id_key: SortKey

    def read_page(
        self, context: AppContext, query: ListQuery, filters: Filters, to_item: Callable[[RowMapping], Item]
    ) -> Page[Item]:
        """Raises InvalidFieldsError for a cursor that this list did not hand out."""
        identity = query.identity(f"{self.scope}/{self.name}")
        order = _Order(self.sort_keys[query.sort.removeprefix("-")], self.id_key, query.descending)
        cursor = Cursor.decode(query.cursor, identity, order.key, self.id_key) if query.cursor else None
        names = {**self.names, "filters": " ".join(filters.conditions), "order": order.clause}
        with context.database.read() as connection:

            def count() -> int:
                clause = statement(f"count_{self.name}", connection, **names)
                return int(connection.execute(clause, dict(filters.parameters)).scalar_one())

            total = cursor.total if cursor else context.totals.get(identity, count)
            rows: list[RowMapping] = []
            for seek in order.seeks() if cursor else [""]:
                missing = query.limit + 1 - len(rows)
                if missing:
                    clause = statement(
                        f"list_{self.name}", connection, **{**names, "filters": f"{names['filters']} {seek}"}
                    )
                    start = {"after_value": cursor.after_value, "after_id": cursor.after_id} if cursor else {}
                    rows += connection.execute(clause, {**filters.parameters, **start, "limit": missing}).mappings()
        page, more = rows[: query.limit], len(rows) > query.limit
        next_cursor = Cursor.after(page[-1], order.key, self.id_key, total).encode(identity) if more else None
        return Page(items=[to_item(row) for row in page], total=total, next_cursor=next_cursor)


@dataclass(frozen=True)
class _Order:
    key: SortKey
    id_key: SortKey
    descending: bool

    @property
    def clause(self) -> str:
        direction = "DESC" if self.descending else "ASC"
        columns = dict.fromkeys((self.key.column, self.id_key.column))
        return ", ".join(f"{column} {direction}" for column in columns)

    def seeks(self) -> list[str]:
        """The conditions that lead past a cursor, each served by an index: first the ties, then the rest."""
        comparison = "<" if self.descending else ">"
        beyond_id = f"AND {self.id_key.column} {comparison} :after_id"
        if self.key == self.id_key:
            return [beyond_id]
        return [
            f"AND {self.key.column} = :after_value {beyond_id}",
            f"AND {self.key.column} {comparison} :after_value",
        ]


# identity of the list, value of the sort field, id, total
_CURSOR_PARTS = TypeAdapter(tuple[str, str | int, str | int, int], config=ConfigDict(strict=True))


@dataclass(frozen=True)
class Cursor:
    """Where a page ended, and the total counted when the first page was read."""

    after_value: Key
    after_id: Key
    total: int

    @classmethod
    def after(cls, row: RowMapping, key: SortKey, id_key: SortKey, total: int) -> Self:
        return cls(_plain(row[key.field]), _plain(row[id_key.field]), total)

    @classmethod
    def decode(cls, text: str, list_identity: str, key: SortKey, id_key: SortKey) -> Self:
        """Raises InvalidFieldsError for a cursor that this list did not hand out."""
        try:
            parts = _CURSOR_PARTS.validate_json(base64.urlsafe_b64decode(text.encode()))
            identity, after_value, after_id, total = parts
            if identity == list_identity:
                return cls(key.parse(str(after_value)), id_key.parse(str(after_id)), total)
        except ValueError:
            pass  # forged
        message = "This cursor belongs to another list, filter or order. Leave it out to read the first page."
        raise InvalidFieldsError.of("cursor", message)

    def encode(self, list_identity: str) -> str:
        parts = [list_identity, self.after_value, self.after_id, self.total]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def _plain(value: Any) -> Key:
    if isinstance(value, datetime):
        return to_sql_time(value)
    return value if isinstance(value, int) else str(value)


def contains_pattern(text: str) -> str:
    """For `LIKE :pattern ESCAPE '\\'`: matches what contains the text."""
    for character in "\\%_[":
        text = text.replace(character, f"\\{character}")
    return f"%{text}%"
