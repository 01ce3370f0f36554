"""The opaque cursor that leads to a list's next or previous page, and where that page is to be found."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from pydantic import ConfigDict, TypeAdapter

from api.errors import InvalidFieldsError
from api.list_order import Key, Order, SortKey

# identity of the list, whether it leads back, section, position, count, whether the row at the position belongs to it
_CURSOR_PARTS = TypeAdapter(
    tuple[str, bool, int, tuple[str | int | None, ...], int, bool], config=ConfigDict(strict=True)
)


@dataclass(frozen=True)
class Cursor:
    """Where a page ended or began, and how many rows the list had when that was counted last."""

    backward: bool
    section: int
    at: tuple[Key, ...]  # the values of the section's keys
    counted: int
    includes_row: bool = False  # at the position, which else is the next or previous page's

    @classmethod
    def decode(cls, text: str, list_identity: str, order: Order) -> Self:
        """Raises InvalidFieldsError for a cursor that this list did not hand out."""
        try:
            parts = _CURSOR_PARTS.validate_json(base64.urlsafe_b64decode(text.encode()))
            identity, backward, number, at, counted, includes_row = parts
            if identity == list_identity and 0 <= number < len(order):
                values = zip(order[number].keys, at, strict=True)
                position = tuple(_parse(key, value) for key, value in values)
                return cls(backward, number, position, counted, includes_row)
        except ValueError:
            pass  # forged
        message = "This cursor belongs to another list, filter or order. Leave it out to read the first page."
        raise InvalidFieldsError.of("cursor", message)

    def encode(self, list_identity: str) -> str:
        parts = [list_identity, self.backward, self.section, self.at, self.counted, self.includes_row]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def steps(order: Order, cursor: Cursor | None) -> Iterator[tuple[int, str]]:
    """Where a page is to be found: by section, and the condition that leads past the cursor within its own."""
    if cursor is None:
        yield from ((number, "") for number in range(len(order)))
        return
    for seek in order[cursor.section].seeks(cursor.at, backward=cursor.backward, includes_row=cursor.includes_row):
        yield cursor.section, seek
    rest = reversed(range(cursor.section)) if cursor.backward else range(cursor.section + 1, len(order))
    yield from ((number, "") for number in rest)


def _parse(key: SortKey, value: Key) -> Key:
    if value is None and key.may_be_null:
        return None
    return key.parse(str(value))
