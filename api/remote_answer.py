"""Reads the answers of other systems: their words as one line, and the time that they ask to wait."""

import textwrap
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pydantic import BaseModel

from config.log_text import one_line

# People read at most this much of another system's own words.
MAX_CHARACTERS = 500
# Blanks do not count, so more is looked at than is shown.
_LOOKED_AT = 10
# No service asks to wait for longer than its date can say.
MAX_RETRY_AFTER_SECONDS = 366 * 24 * 3600.0


class Page(BaseModel):
    """One page of a list. Each page names the next one."""

    next_page_token: str | None = None


def plain_line(text: str, max_characters: int = MAX_CHARACTERS) -> str:
    """Returns a line that people can read and every database can store. `[...]` stands for the rest of a longer text.

    Drops line breaks, invisible characters and halves of characters.
    """
    return textwrap.shorten(one_line(text[: _LOOKED_AT * max_characters]), max_characters)


def retry_after_seconds(header: str | None) -> float | None:
    """Returns the seconds that a Retry-After header asks for, as a number or a date; None if it says neither."""
    if not header:
        return None
    if header.isdecimal():
        seconds = float(header)
    else:
        try:
            seconds = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError, ArithmeticError, LookupError):
            return None
    return min(max(0.0, seconds), MAX_RETRY_AFTER_SECONDS)
