"""Reads the answers of other systems: their words as one line, and the time that they ask to wait."""

import textwrap
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# People read at most this much of another system's own words.
MAX_CHARACTERS = 500


def plain_line(text: str, max_characters: int = MAX_CHARACTERS) -> str:
    """Returns a line that people can read and every database can store. `[...]` stands for the rest of a longer text.

    Drops line breaks, invisible characters and halves of characters.
    """
    seen = "".join(character if character.isprintable() else " " for character in text)
    return textwrap.shorten(seen, max_characters)


def retry_after_seconds(header: str | None) -> float | None:
    """Returns the seconds that a Retry-After header asks for, as a number or a date; None if it says neither."""
    if not header:
        return None
    if header.isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
