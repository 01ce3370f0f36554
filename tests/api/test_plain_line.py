"""What other systems said, as people read it."""

import pytest

from api.plain_line import plain_line


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
    ],
    ids=ascii,
)
def test_line_holds_what_can_be_seen_and_stored(said: str, line: str) -> None:
    assert plain_line(said, 20 if said.startswith("word") else 100) == line
