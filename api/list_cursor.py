"""The opaque cursor that leads to a list's next or previous page."""

from dataclasses import dataclass
from typing import Self

from pydantic import ConfigDict, TypeAdapter

from api.cursor_codec import decode_cursor, encode_cursor
from api.errors import InvalidFieldsError
from sql.paging import Key, Order, Position, SortKey

# The list's identity, the direction, the section, the position, the count, and whether the position's row is included.
_CURSOR_PARTS = TypeAdapter(
    tuple[str, bool, int, tuple[str | int | None, ...], int, bool], config=ConfigDict(strict=True)
)


@dataclass(frozen=True)
class Cursor:
    """The place where a page ended or began, and the last count of the list's rows."""

    position: Position
    counted: int

    @classmethod
    def decode(cls, text: str, list_identity: str, order: Order) -> Self:
        """Raises InvalidFieldsError for a cursor that this list did not hand out."""
        try:
            identity, backward, number, at, counted, includes_row = decode_cursor(text, _CURSOR_PARTS)
            if identity == list_identity and 0 <= number < len(order):
                values = zip(order[number].keys, at, strict=True)
                keys = tuple(_parse(key, value) for key, value in values)
                return cls(Position(backward, number, keys, includes_row), counted)
        except ValueError:
            pass  # forged
        message = "This cursor belongs to another list, filter or order. Leave it out to read the first page."
        raise InvalidFieldsError.of("cursor", message)

    def encode(self, list_identity: str) -> str:
        to = self.position
        return encode_cursor([list_identity, to.backward, to.section, to.at, self.counted, to.includes_row])


def _parse(key: SortKey, value: Key) -> Key:
    if value is None and key.may_be_null:
        return None
    return key.parse(str(value))
