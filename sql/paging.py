"""Pages of lists: the orders of their rows, the seeks past a position, and their counts.

A list is a pair of statements, list_<name> and matching_<name>. This module fills in {filters}, {order}, and
{position}, the columns of a row's place in the order.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, RowMapping

from sql.column_types import from_time_key, parse_int, parse_time_key, time_as_text, time_text, to_time_key
from sql.conditions import Filters
from sql.statements import statement

Key = str | int | None
# SQLite reads and sorts so many rows in a few milliseconds.
MAX_SORTED = 10_000
_PARAMETER = re.compile(r":(\w+)")


@dataclass(frozen=True)
class SortKey:
    """A column that orders a list. `parse` reads its value from a cursor, or raises ValueError."""

    column: str
    parse: Callable[[str], Key] = str
    may_be_null: bool = False
    is_time: bool = False

    def select(self, dialect: str) -> str:
        """Returns SQL for its value as a cursor carries it."""
        return time_as_text(self.column, dialect) if self.is_time else self.column


def time_key(column: str, *, may_be_null: bool = False) -> SortKey:
    return SortKey(column, parse_time_key, may_be_null, is_time=True)


def int_key(column: str) -> SortKey:
    return SortKey(column, parse_int)


@dataclass(frozen=True)
class Section:
    """Rows that stand together in an order, and the keys that sort them. The last key is unique."""

    keys: tuple[SortKey, ...]
    descending: bool = False
    condition: str = ""  # which rows of the list; every row of the list is in one section

    def select(self, dialect: str) -> str:
        return ", ".join(f"{key.select(dialect)} AS at_{number}" for number, key in enumerate(self.keys))

    def position(self, row: RowMapping) -> tuple[Key, ...]:
        return tuple(_plain(key, row[f"at_{number}"]) for number, key in enumerate(self.keys))

    def clause(self, *, backward: bool) -> str:
        direction = "DESC" if self.descending != backward else "ASC"
        return ", ".join(f"{key.column} {direction}" for key in self.keys)

    def seeks(self, at: tuple[Key, ...], *, backward: bool, includes_row: bool = False) -> list[str]:
        """Returns the conditions that lead past a position, each served by an index: the closest ties first.

        They find the row at the position itself only with `includes_row`.
        """
        descends = self.descending != backward
        ties = [
            f"AND {key.column} IS NULL" if at[number] is None else f"AND {key.column} = :at_{number}"
            for number, key in enumerate(self.keys)
        ]
        return [
            " ".join([*ties[:number], f"AND {beyond}"])
            for number in reversed(range(len(self.keys)))
            for beyond in _beyond(
                self.keys[number],
                number,
                is_null=at[number] is None,
                descends=descends,
                or_equal="=" if includes_row and number == len(self.keys) - 1 else "",
            )
        ]


def _beyond(key: SortKey, number: int, *, is_null: bool, descends: bool, or_equal: str) -> list[str]:
    """Returns the conditions for rows after the value of one key. Every database sorts NULL before all values."""
    if is_null:
        return [] if descends else [f"{key.column} IS NOT NULL"]
    if not descends:
        return [f"{key.column} >{or_equal} :at_{number}"]
    return [f"{key.column} <{or_equal} :at_{number}", *([f"{key.column} IS NULL"] if key.may_be_null else [])]


Order = tuple[Section, ...]


@dataclass(frozen=True)
class Position:
    """A place in an order, from which a page leads forward or back. `at` holds the values of its section's keys."""

    backward: bool
    section: int
    at: tuple[Key, ...]
    includes_row: bool = False  # whether the page has the row at the position, too


@dataclass(frozen=True)
class PlacedRow:
    """A row of a list and the section of the order in which it stands."""

    section: int
    values: RowMapping


@dataclass(frozen=True)
class PagedStatements:
    """The pair of statements of one list, and the names that the list itself fills in."""

    connection: Connection
    name: str
    names: Mapping[str, str]

    def count(self, filters: Filters, limit: int) -> int:
        """Returns how many rows match, counted up to `limit`."""
        names = {**self.names, "filters": " ".join(filters.conditions)}
        if self.connection.dialect.name == "sqlite" and self._found_by(filters):
            names["u"] = "+u"
        return count_matching(self.connection, self.name, names, filters.parameters, limit=limit)

    def read(
        self, order: Order, filters: Filters, limit: int, position: Position | None, *, are_many: bool
    ) -> list[PlacedRow]:
        """Returns at most `limit` rows after the position, in reverse if it leads back.

        `are_many` says that more rows match than can be sorted at once.
        """
        rows: list[PlacedRow] = []
        dialect = self.connection.dialect.name
        # Counts tell what SQLite's planner cannot know: whether many rows match, or an index finds few.
        found_by = self._found_by(filters) if dialect == "sqlite" and not are_many else None
        backward = position is not None and position.backward
        at = _bound(order[position.section], position.at, dialect) if position else {}
        for number, seek in _steps(order, position):
            if len(rows) == limit:
                break
            section = order[number]
            names = {
                **self.names,
                # The seek comes first, since SQLite seeks by the first of several bounds.
                "filters": " ".join([seek, section.condition, *filters.conditions]),
                "order": section.clause(backward=backward),
                "position": section.select(dialect),
            }
            if are_many and dialect == "sqlite":
                names = _read_in_order(section, names)
            elif found_by:
                names = _found_and_sorted(section, names, found_by)
            clause = statement(f"list_{self.name}", self.connection, **names)
            parameters = {**filters.parameters, **(at if seek else {}), "limit": limit - len(rows)}
            rows += (PlacedRow(number, row) for row in self.connection.execute(clause, parameters).mappings())
        return rows

    def _found_by(self, filters: Filters) -> str | None:
        """Returns the column whose own index leads to few rows: an address, or a period with few requests."""
        address, requested_on = (f"u.{self.names.get(name)}" for name in ("requested_by_email", "requested_on"))
        begins_address = not str(filters.parameters.get("pattern", "%")).startswith("%")
        if begins_address and any(each.startswith(f"AND ({address} LIKE ") for each in filters.conditions):
            return address
        period = [each for each in filters.conditions if each.startswith(f"AND {requested_on} ")]
        if (
            period
            and count_matching(
                self.connection,
                "requests",
                {**self.names, "filters": " ".join(period)},
                {name: filters.parameters[name] for each in period for name in _PARAMETER.findall(each)},
                limit=MAX_SORTED + 1,
            )
            <= MAX_SORTED
        ):
            return requested_on
        return None


def _found_and_sorted(section: Section, names: dict[str, str], found_by: str) -> dict[str, str]:
    """Keeps SQLite from walking through all active requests. A + before the other columns leaves one index."""
    order = names["order"]
    if section.keys[0].column != found_by:
        order = ", ".join(f"+{term}" for term in order.split(", "))
    return {**names, "u": "+u", "order": order}


def _read_in_order(section: Section, names: dict[str, str]) -> dict[str, str]:
    """Keeps SQLite from sorting all matching rows. A + before the other columns leaves only the order's own index."""
    first = section.keys[0].column
    if first in (f"u.{names.get('status')}", f"u.{names.get('expires_on')}"):
        return names  # the index of the lists' own conditions
    filters = re.sub(
        r"AND (u\.\w+)", lambda found: found[0] if found[1] == first else f"AND +{found[1]}", names["filters"]
    )
    return {**names, "filters": filters, "u": "+u"}


def count_matching(
    connection: Connection,
    list_name: str,
    names: Mapping[str, str],
    parameters: Mapping[str, Any] = MappingProxyType({}),
    *,
    limit: int = 2**31 - 1,
) -> int:
    """Returns how many rows a list has, counted up to `limit`."""
    clause = statement("count_matching", connection, **{**names, "matching": f"{{matching_{list_name}}}"})
    return int(connection.execute(clause, {**parameters, "limit": limit}).scalar_one())


def _steps(order: Order, position: Position | None) -> Iterator[tuple[int, str]]:
    """Yields the places of a page's rows: a section, and the condition that leads past the position within it."""
    if position is None:
        yield from ((number, "") for number in range(len(order)))
        return
    seeks = order[position.section].seeks(position.at, backward=position.backward, includes_row=position.includes_row)
    yield from ((position.section, seek) for seek in seeks)
    rest = reversed(range(position.section)) if position.backward else range(position.section + 1, len(order))
    yield from ((number, "") for number in rest)


def ordered_by(key: SortKey, id_key: SortKey, *, descending: bool = False) -> Order:
    """Returns the order of the whole list by one column. Rows with the same value are in the order of the id."""
    return (Section((id_key,) if key == id_key else (key, id_key), descending),)


def with_null_last(key: SortKey, id_key: SortKey, *, descending: bool = False, condition: str = "") -> Order:
    """Returns an order with NULL as the largest value, as for an expiry. Each of its two sections is in index order."""
    known = Section((key, id_key), descending, f"{condition} AND {key.column} IS NOT NULL")
    unknown = Section((replace(key, may_be_null=True), id_key), descending, f"{condition} AND {key.column} IS NULL")
    return (unknown, known) if descending else (known, unknown)


def orders_by(keys: Mapping[str, SortKey], id_key: SortKey) -> dict[str, Order]:
    """Returns an ascending order for each of the keys and, with a leading `-`, a descending one."""
    ascending = {name: ordered_by(key, id_key) for name, key in keys.items()}
    descending = {f"-{name}": ordered_by(key, id_key, descending=True) for name, key in keys.items()}
    return ascending | descending


def _bound(section: Section, at: tuple[Key, ...], dialect: str) -> dict[str, Key | bytes]:
    """Returns the values of a position as parameters. Only SQLite holds values that cannot be read as times."""
    bound: dict[str, Key | bytes] = {}
    for number, (key, value) in enumerate(zip(section.keys, at, strict=True)):
        if key.is_time and isinstance(value, str):
            bound[f"at_{number}"] = from_time_key(value) if dialect == "sqlite" else time_text(value)
        elif value is not None:
            bound[f"at_{number}"] = value
    return bound


def _plain(key: SortKey, value: Any) -> Key:
    if key.is_time and value is not None:
        return to_time_key(value)
    return value if value is None or isinstance(value, int) else str(value)
