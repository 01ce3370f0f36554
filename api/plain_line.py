"""What another system said, as a line that people can read and every database can store."""

import textwrap


def plain_line(text: str, max_characters: int) -> str:
    """Without what cannot be seen, turns the line or is half a character; `[...]` stands for what is cut off."""
    seen = "".join(character if character.isprintable() else " " for character in text)
    return textwrap.shorten(seen, max_characters)
