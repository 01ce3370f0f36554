"""The orders of lists: sections of rows, the keys by which rows follow each other, and the seeks past a position."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import RowMapping

from sql.column_types import check_time_text, time_as_text

Key = str | int | None


@dataclass(frozen=True)
class SortKey:
    """A column that orders a list. `parse` reads its value from a cursor; ValueError for what it cannot hold."""

    column: str
    parse: Callable[[str], Key] = str
    may_be_null: bool = False
    is_time: bool = False

    def select(self, dialect: str) -> str:
        """SQL for its value as a cursor carries it."""
        return time_as_text(self.column, dialect) if self.is_time else self.column


def time_key(column: str, *, may_be_null: bool = False) -> SortKey:
    return SortKey(column, check_time_text, may_be_null, is_time=True)


def int_key(column: str) -> SortKey:
    return SortKey(column, parse_int)


def parse_int(text: str, bits: int = 32) -> int:
    """Raises ValueError for what an INT column, or a BIGINT of 64 bits, cannot hold, and for 1_2, +1 and the like."""
    if not re.fullmatch(r"-?[0-9]+", text):
        raise ValueError("No number.")
    number = int(text)
    if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise ValueError(f"A number beyond {bits} bits.")
    return number


def parse_uuid(text: str) -> str:
    """In lower case. Raises ValueError for another spelling than the API's own."""
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        raise ValueError("No UUID with its four hyphens.")
    return text.lower()


@dataclass(frozen=True)
class Section:
    """Rows that stand together in an order, and the keys by which they follow each other; the last key is unique."""

    keys: tuple[SortKey, ...]
    descending: bool = False
    condition: str = ""  # which rows of the list; every row of the list is in one section

    def select(self, dialect: str) -> str:
        return ", ".join(f"{key.select(dialect)} AS at_{number}" for number, key in enumerate(self.keys))

    def position(self, row: RowMapping) -> tuple[Key, ...]:
        return tuple(_plain(row[f"at_{number}"]) for number in range(len(self.keys)))

    def clause(self, *, backward: bool) -> str:
        direction = "DESC" if self.descending != backward else "ASC"
        return ", ".join(f"{key.column} {direction}" for key in self.keys)

    def seeks(self, at: tuple[Key, ...], *, backward: bool, includes_row: bool = False) -> list[str]:
        """The conditions that lead past a position, each served by an index: the closest ties first, then the rest.

        The row at the position itself is only found where that is asked for.
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
    """What follows the value of one key. Every database sorts NULL before all values."""
    if is_null:
        return [] if descends else [f"{key.column} IS NOT NULL"]
    if not descends:
        return [f"{key.column} >{or_equal} :at_{number}"]
    return [f"{key.column} <{or_equal} :at_{number}", *([f"{key.column} IS NULL"] if key.may_be_null else [])]


Order = tuple[Section, ...]


def ordered_by(key: SortKey, id_key: SortKey, *, descending: bool = False) -> Order:
    """The whole list in the order of one column, which the id makes total."""
    return (Section((id_key,) if key == id_key else (key, id_key), descending),)


def with_null_last(key: SortKey, id_key: SortKey, *, descending: bool = False, condition: str = "") -> Order:
    """The same with NULL counted as the largest value, as it is of an expiry: two sections, each in index order."""
    known = Section((key, id_key), descending, f"{condition} AND {key.column} IS NOT NULL")
    unknown = Section((replace(key, may_be_null=True), id_key), descending, f"{condition} AND {key.column} IS NULL")
    return (unknown, known) if descending else (known, unknown)


def orders_by(keys: Mapping[str, SortKey], id_key: SortKey) -> dict[str, Order]:
    """An ascending and, with a leading `-`, a descending order for each of the keys."""
    ascending = {name: ordered_by(key, id_key) for name, key in keys.items()}
    descending = {f"-{name}": ordered_by(key, id_key, descending=True) for name, key in keys.items()}
    return ascending | descending


def _plain(value: Any) -> Key:
    return value if value is None or isinstance(value, int) else str(value)
