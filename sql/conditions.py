"""Conditions for a WHERE clause, each beginning with AND. The caller names columns and parameters, never values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SPACES = "\t\n\v\f\r \xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
# They separate lines, have no width, or change the direction of the text beside them.
_MARKS = (
    "\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029"
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
# Other programs may write these around an address. They count nowhere.
BLANKS = _SPACES + _MARKS
# A text with one of these is not a single address. The marks are missing here, since SQL Server may ignore them.
NOT_IN_AN_ADDRESS = '][<>();:,"\\' + _SPACES


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


def begins_address(column: str, parameter: str) -> str:
    """Returns the condition that an address begins like `prefix_pattern`, behind any blanks. An index serves it.

    Addresses with a blank in front stand before or after all others.
    """
    like = f"LIKE :{parameter} ESCAPE '\\'"
    others = " OR ".join(f"{column} {bound} AND {{address of u}} {like}" for bound in ("< '0'", "> 'zzz'"))
    return f"AND ({column} {like} AND {column} >= '0' OR {others})"


def has_usable_email(*, wanted: bool) -> str:
    """Returns the condition that a request has an address that mail can be sent to, or that it has none."""
    return f"AND {{{'has' if wanted else 'lacks'}_usable_email of u}}"


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
