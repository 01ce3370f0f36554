"""Conditions for a WHERE clause, each beginning with AND. The caller names columns and parameters, never values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Filters:
    """Conditions with the values of their parameters. `need_scan` says that no index finds the rows they match."""

    conditions: Sequence[str]
    parameters: Mapping[str, Any]
    need_scan: bool = False


def equals(column: str, parameter: str) -> str:
    """Returns the condition that a column has a value."""
    return f"AND {column} = :{parameter}"


def is_one_of(column: str, parameters: Iterable[str]) -> str:
    """Returns the condition that a column has one of several values."""
    return f"AND {column} IN ({', '.join(f':{parameter}' for parameter in parameters)})"


def at_least(column: str, parameter: str) -> str:
    """Returns the condition that a column is at or after a value."""
    return f"AND {column} >= :{parameter}"


def before(column: str, parameter: str) -> str:
    """Returns the condition that a column is before a value."""
    return f"AND {column} < :{parameter}"


def ends_some_day(column: str) -> str:
    """Returns the condition that an expiry is a real date."""
    return f"AND {column} < '9999-12-31'"


def has_unreadable_expiry(*, wanted: bool) -> str:
    """Returns the condition that the expiry date of a request cannot be read, or that it can."""
    return "AND {has_unreadable_expiry of u}" if wanted else "AND NOT {has_unreadable_expiry of u}"


def is_like(columns: Iterable[str], parameter: str) -> str:
    """Returns the condition that one of the columns is like `contains_pattern` or `prefix_pattern`."""
    likes = (f"{column} LIKE :{parameter} ESCAPE '\\'" for column in columns)
    return f"AND ({' OR '.join(likes)})"


def around(column: str, value: str) -> tuple[str, str, str]:
    """Returns the conditions that a column equals a value, is smaller and is larger. The value is the code's own."""
    return f"AND {column} = '{value}'", f"AND {column} < '{value}'", f"AND {column} > '{value}'"


def contains_pattern(text: str) -> str:
    """Returns the pattern for texts that contain this one."""
    return f"%{prefix_pattern(text)}"


def prefix_pattern(text: str) -> str:
    """Returns the pattern for texts that begin with this one."""
    for character in "\\%_[":
        text = text.replace(character, f"\\{character}")
    return f"{text}%"
