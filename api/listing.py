"""Lists of any kind: their filters, order and page.

A list is a pair of statements, list_<name> and matching_<name>; {filters} and {order} are filled in here, and
{position}: the row's place in the order.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from sqlalchemy import Connection, RowMapping

from api.errors import InvalidFieldsError
from api.limited_scan import search
from api.list_cursor import Cursor, steps
from api.list_order import Order, Section
from api.model import ApiModel
from config.context import AppContext
from sql.statements import statement

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
# A total is counted no further: what a long list costs must not depend on how long it is.
MAX_COUNTED = 10_000

Item = TypeVar("Item", bound=ApiModel)


class Page(ApiModel, Generic[Item]):
    """One page of a list. A cursor is null where there is no such page.

    `total` counts the whole filtered list, or says "at least so many" where `totalIsExact` is false.
    """

    items: list[Item]
    total: int
    total_is_exact: bool
    next_cursor: str | None
    prev_cursor: str | None


def page_of(shape: type[ApiModel]) -> type[Page[Any]]:
    return Page[shape]  # type: ignore[valid-type]  # chosen at run time, where types do not reach


def _refuse_nul(text: str | None) -> str | None:
    """SQLite reads a pattern only as far as its first NUL."""
    if text and "\0" in text:
        raise ValueError("Remove the NUL character.")
    return text


Text = Annotated[str, Field(max_length=320), AfterValidator(_refuse_nul)]
OptionalText = Annotated[str | None, Field(max_length=320), AfterValidator(_refuse_nul)]


# Shorter texts match so much that finding them is of no use.
SearchText = Annotated[str | None, Field(min_length=3, max_length=320), AfterValidator(_refuse_nul)]


class QueryString(BaseModel):
    """A query string; a blank value counts as absent, an unknown parameter is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)
    descriptions: ClassVar[dict[str, str]]

    @classmethod
    def from_values(cls, values: Mapping[str, Sequence[str]]) -> Self:
        """Raises InvalidFieldsError; of a repeated parameter the last value counts."""
        known = {field.alias for field in cls.model_fields.values()}
        last = {key: given[-1] for key, given in values.items()}
        given = {key: value for key, value in last.items() if value or key not in known}
        try:
            return cls.model_validate(given, by_alias=True, by_name=False)
        except ValidationError as error:
            raise InvalidFieldsError.from_validation(error) from error


class ListQuery(QueryString):
    """The query string of a list. A list's own query adds its filters and `sort`, which names an order of the list."""

    descriptions: ClassVar[dict[str, str]] = {
        "limit": "How many items a page has at most.",
        "cursor": "The `nextCursor` or `prevCursor` of another page; left out for the first page.",
        "sort": "The order; a leading `-` means descending.",
    }

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=2000)] = None
    sort: str

    def identity(self, list_name: str) -> str:
        """Tells lists apart that differ in content or order, so that a cursor is not used on another list."""
        parts = [list_name, self.model_dump(mode="json", exclude={"limit", "cursor"})]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Filters:
    """Conditions for a WHERE clause, each beginning with AND, with the values of their parameters."""

    conditions: Sequence[str]
    parameters: Mapping[str, Any]
    need_scan: bool = False  # no index finds what they match
    found_by: str | None = None  # the column by whose index, and in whose order, what they match is found


@dataclass(frozen=True)
class Listing:
    """One list and its orders by name; `scope` tells lists apart that share their statements.

    `filters_order` is the column in whose order the index behind the list's own conditions delivers its rows.
    `all_rows` is the list without conditions of its own, of which a filter's index finds rows.
    """

    name: str
    scope: str
    names: Mapping[str, str]
    orders: Mapping[str, Order]
    filters_order: str | None = None
    all_rows: str | None = None

    def read_page(
        self, context: AppContext, query: ListQuery, filters: Filters, to_item: Callable[[RowMapping], Item]
    ) -> Page[Item]:
        """Raises InvalidFieldsError for a cursor that this list did not hand out, and SearchTooSlowError."""
        identity = query.identity(f"{self.scope}/{self.name}")
        order = self.orders[query.sort]
        cursor = Cursor.decode(query.cursor, identity, order) if query.cursor else None
        opened = search(context.database) if filters.need_scan else context.database.read()
        with opened as connection:
            few_are_found = self._finds_few(connection, filters)
            counted = cursor.counted if cursor else self._count(connection, filters, few_are_found)
            rows = []
            if counted:
                read = partial(self._read_rows, connection, order, filters, query.limit + 1, counted, few_are_found)
                rows = read(cursor)
                if cursor and cursor.backward and len(rows) <= query.limit:
                    cursor = None  # what is left before the cursor is the first page, which is to be a full one
                    rows = read(cursor)
            if cursor and not rows:
                counted = self._count(connection, filters, few_are_found)  # all that followed has gone
        page, more = rows[: query.limit], len(rows) > query.limit
        backward = cursor is not None and cursor.backward
        if backward:
            page.reverse()

        def cursor_at(row: tuple[int, RowMapping], *, backward: bool) -> str:
            number, values = row
            return Cursor(backward, number, order[number].position(values), counted).encode(identity)

        next_cursor = prev_cursor = None
        if page and (more or backward):
            next_cursor = cursor_at(page[-1], backward=False)
        if page and cursor and (more or not backward):
            prev_cursor = cursor_at(page[0], backward=True)
        elif cursor and counted:
            prev_cursor = replace(cursor, backward=True, counted=counted, includes_row=True).encode(identity)
        return Page(
            items=[to_item(row) for _, row in page],
            total=min(counted, MAX_COUNTED),
            total_is_exact=counted <= MAX_COUNTED,
            next_cursor=next_cursor,
            prev_cursor=prev_cursor,
        )

    def _count(self, connection: Connection, filters: Filters, few_are_found: bool) -> int:
        """One more than MAX_COUNTED stands for any number beyond."""
        names = {**self.names, "filters": " ".join(filters.conditions)}
        if few_are_found:
            names |= _by_index_of(filters.found_by, names["filters"])
        return count_matching(connection, self.name, names, filters.parameters, limit=MAX_COUNTED + 1)

    def _finds_few(self, connection: Connection, filters: Filters) -> bool:
        """Whether a filter's own index leads to few rows: then SQLite is to ask all else of them, and to sort them.

        It would rather walk through all that is active, whatever is found of it.
        """
        if not self.all_rows or not filters.found_by or connection.dialect.name != "sqlite":
            return False
        finding = " ".join(condition for condition in filters.conditions if filters.found_by in condition)
        names = {**self.names, "filters": finding}
        return (
            count_matching(connection, self.all_rows, names, filters.parameters, limit=MAX_COUNTED + 1) <= MAX_COUNTED
        )

    def _read_rows(
        self,
        connection: Connection,
        order: Order,
        filters: Filters,
        limit: int,
        counted: int,
        few_are_found: bool,
        cursor: Cursor | None,
    ) -> list[tuple[int, RowMapping]]:
        """Rows with the number of their section, as far as `limit` allows; in reverse when the cursor leads back."""
        rows: list[tuple[int, RowMapping]] = []
        position = (
            {f"at_{number}": value for number, value in enumerate(cursor.at) if value is not None} if cursor else {}
        )
        backward = cursor is not None and cursor.backward
        for number, seek in steps(order, cursor):
            section = order[number]
            # The seek comes first: SQLite seeks by the first of several bounds.
            conditions = " ".join([seek, section.condition, *filters.conditions])
            names = {
                **self.names,
                "filters": conditions,
                "order": section.clause(backward=backward),
                "position": section.select(connection.dialect.name),
            }
            if connection.dialect.name == "sqlite":
                names |= self._sqlite_plan(section, filters, counted, few_are_found, names)
            missing = limit - len(rows)
            if missing:
                clause = statement(f"list_{self.name}", connection, **names)
                parameters = {**filters.parameters, **(position if seek else {}), "limit": missing}
                rows += ((number, row) for row in connection.execute(clause, parameters).mappings())
        return rows

    def _sqlite_plan(
        self, section: Section, filters: Filters, counted: int, few_are_found: bool, names: Mapping[str, str]
    ) -> dict[str, str]:
        """What SQLite's planner cannot know, but counts can tell: whether matching rows are many or few.

        Of many, a page is found soonest by walking in the list's order; of few that are found in another, by sorting.
        """
        first_column = section.keys[0].column
        found = _by_index_of(filters.found_by, names["filters"]) if few_are_found else {}
        if counted > MAX_COUNTED and first_column != self.filters_order:
            return _by_index_of(first_column, names["filters"])
        if counted <= MAX_COUNTED and (filters.need_scan or filters.found_by not in (None, first_column)):
            return {**found, "order": ", ".join(f"+{term}" for term in names["order"].split(", "))}
        return found


def count_matching(
    connection: Connection,
    list_name: str,
    names: Mapping[str, str],
    parameters: Mapping[str, Any] = MappingProxyType({}),
    *,
    limit: int = 2**31 - 1,
) -> int:
    """How many rows a list has, counted up to `limit`."""
    clause = statement("count_matching", connection, **{**names, "matching": f"{{matching_{list_name}}}"})
    return int(connection.execute(clause, {**parameters, "limit": limit}).scalar_one())


def _by_index_of(column: str | None, conditions: str) -> dict[str, str]:
    """Names that keep the indexes of all other columns out of SQLite's plan, by a unary plus."""
    kept_out = re.sub(r"AND (u\.\w+)", lambda match: match[0] if match[1] == column else f"AND +{match[1]}", conditions)
    return {"WALK": "{NO_INDEX}", "filters": kept_out}


def contains_pattern(text: str) -> str:
    """For `LIKE :pattern ESCAPE '\\'`: matches what contains the text."""
    return f"%{prefix_pattern(text)}"


def prefix_pattern(text: str) -> str:
    """For `LIKE :pattern ESCAPE '\\'`: matches what begins with the text."""
    for character in "\\%_[":
        text = text.replace(character, f"\\{character}")
    return f"{text}%"
