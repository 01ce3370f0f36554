"""Lists of any kind: their query string, cursors and pages."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from sqlalchemy import RowMapping

from api.errors import InvalidFieldsError
from api.limited_scan import search
from api.list_cursor import Cursor
from api.model import ApiModel
from config.context import AppContext
from sql.conditions import Filters
from sql.paging import Order, PagedStatements, PlacedRow, Position

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
# Totals are counted up to this number, so that the cost of a list does not depend on its length.
MAX_COUNTED = 10_000

Item = TypeVar("Item", bound=ApiModel)


class Page(ApiModel, Generic[Item]):
    """One page of a list. `nextCursor` is null on the last page, `prevCursor` on the first.

    `total` counts the whole filtered list. When `totalIsExact` is false, there are more.
    """

    items: list[Item]
    total: int
    total_is_exact: bool
    next_cursor: str | None
    prev_cursor: str | None


def page_of(shape: type[ApiModel]) -> type[Page[Any]]:
    return Page[shape]  # type: ignore[valid-type]  # chosen at run time, so the type checker cannot know it


def _refuse_nul(text: str | None) -> str | None:
    """Refuses a NUL, since SQLite reads a pattern only up to its first one."""
    if text and "\0" in text:
        raise ValueError("Remove the NUL character.")
    return text


Text = Annotated[str, Field(max_length=320), AfterValidator(_refuse_nul)]
OptionalText = Annotated[str | None, Field(max_length=320), AfterValidator(_refuse_nul)]


# Shorter texts match too many rows to be useful.
SearchText = Annotated[str | None, Field(min_length=3, max_length=320), AfterValidator(_refuse_nul)]


class QueryString(BaseModel):
    """A query string. Blank values count as absent, and unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)
    descriptions: ClassVar[dict[str, str]]

    @classmethod
    def from_values(cls, values: Mapping[str, Sequence[str]]) -> Self:
        """Returns the query with the last value of each parameter. Raises InvalidFieldsError."""
        known = {field.alias for field in cls.model_fields.values()}
        last = {key: given[-1] for key, given in values.items()}
        given = {key: value for key, value in last.items() if value or key not in known}
        try:
            return cls.model_validate(given, by_alias=True, by_name=False)
        except ValidationError as error:
            raise InvalidFieldsError.from_validation(error) from error


class ListQuery(QueryString):
    """The query string of a list. A list's own query adds its filters and the names of its orders."""

    descriptions: ClassVar[dict[str, str]] = {
        "limit": "The largest number of items on a page.",
        "cursor": "The `nextCursor` or `prevCursor` of another page. Leave it out for the first page.",
        "sort": "The order. A leading `-` means descending.",
    }

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=2000)] = None
    sort: str

    def identity(self, list_name: str) -> str:
        """Tells lists apart that differ in content or order, so that a cursor is not used on another list."""
        parts = [list_name, self.model_dump(mode="json", exclude={"limit", "cursor"})]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Listing:
    """One list and its orders by name. `scope` tells lists apart that share their statements."""

    name: str
    scope: str
    names: Mapping[str, str]
    orders: Mapping[str, Order]

    def read_page(
        self, context: AppContext, query: ListQuery, filters: Filters, to_item: Callable[[RowMapping], Item]
    ) -> Page[Item]:
        """Returns one page. Raises InvalidFieldsError for a cursor of another list, and SearchTooSlowError."""
        identity = query.identity(f"{self.scope}/{self.name}")
        order = self.orders[query.sort]
        cursor = Cursor.decode(query.cursor, identity, order) if query.cursor else None
        position = cursor.position if cursor else None
        opened = search(context.database) if filters.need_scan else context.database.read()
        with opened as connection:
            statements = PagedStatements(connection, self.name, self.names)
            # One more than MAX_COUNTED stands for any larger number.
            count = partial(statements.count, filters, MAX_COUNTED + 1)
            counted = cursor.counted if cursor else count()
            read = partial(statements.read, order, filters, query.limit + 1, are_many=counted > MAX_COUNTED)
            rows = read(position) if counted else []
            if position and position.backward and counted and len(rows) <= query.limit:
                position = None  # too little is left before the cursor, so the first page is read in full
                rows = read(position)
            if position and not rows:
                counted = count()  # all rows after the position are gone
        page, more = rows[: query.limit], len(rows) > query.limit
        backward = position is not None and position.backward
        if backward:
            page.reverse()

        def cursor_at(row: PlacedRow, *, backward: bool) -> str:
            at = order[row.section].position(row.values)
            return Cursor(Position(backward, row.section, at), counted).encode(identity)

        next_cursor = prev_cursor = None
        if page and (more or backward):
            next_cursor = cursor_at(page[-1], backward=False)
        if page and position and (more or not backward):
            prev_cursor = cursor_at(page[0], backward=True)
        elif position and counted:
            back = replace(position, backward=True, includes_row=True)
            prev_cursor = Cursor(back, counted).encode(identity)
        return Page(
            items=[to_item(row.values) for row in page],
            total=min(counted, MAX_COUNTED),
            total_is_exact=counted <= MAX_COUNTED,
            next_cursor=next_cursor,
            prev_cursor=prev_cursor,
        )
