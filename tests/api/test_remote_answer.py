"""What other systems answer, as people read it, and how long they ask to wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from api.remote_answer import MAX_RETRY_AFTER_SECONDS, plain_line, retry_after_seconds


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("550 No such mailbox", "550 No such mailbox"),
        ("two\r\nlines\tand   blanks ", "two lines and blanks"),
        ("reads\u202e backwards, hidden\u200b, \0 nothing", "reads backwards, hidden , nothing"),
        ("half a character: \ud83d", "half a character:"),
        ("gr\u00fc\u00dfe \U0001f600", "gr\u00fc\u00dfe \U0001f600"),
        ("word " * 30, "word word word [...]"),
        ("\x00\u2028", ""),
        ("word " * 100_000, "word word word [...]"),
    ],
    ids=ascii,
)
def test_line_holds_what_can_be_seen_and_stored(said: str, line: str) -> None:
    assert plain_line(said, 20 if said.startswith("word") else 100) == line


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("61", 61.0),
        ("Thu, 01 Jan 2026 00:00:00 GMT", 0.0),
        (None, None),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("\u00b2", None),
        ("Thu, 01 Jan 2026 00:00:00 -0000", None),
        ("9" * 5000, MAX_RETRY_AFTER_SECONDS),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_RETRY_AFTER_SECONDS),
        ("Thu, 01 Jan 2026 00:00:00 +99999999999999999999", None),
        ("Thu, 01 Jan 99999999999999 00:00:00 GMT", None),
        ("0 =", None),
        (", " * 2000, None),
    ],
    ids=ascii,
)
def test_wait_is_what_the_header_asks_for(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header) == seconds


def test_wait_until_a_date_is_counted_from_now() -> None:
    seconds = retry_after_seconds(format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True))
    assert seconds is not None
    assert 80 < seconds <= 90
