"""Writes and reads the opaque text of a cursor, whatever parts a list keeps in it."""

import base64
import json
from collections.abc import Sequence
from typing import TypeVar

from pydantic import TypeAdapter

Parts = TypeVar("Parts")


def encode_cursor(parts: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def decode_cursor(text: str, shape: TypeAdapter[Parts]) -> Parts:
    """Returns the parts of a cursor. Raises ValueError for text that does not hold parts of this shape."""
    return shape.validate_json(base64.urlsafe_b64decode(text.encode()))
