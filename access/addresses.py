"""Email addresses as people and other programs write them: with blanks around, several at once, or none."""

import re
from typing import Annotated
from unicodedata import normalize

from pydantic import AfterValidator, BeforeValidator, Field

from sql.conditions import BLANKS, NOT_IN_AN_ADDRESS

# Refuses everything that a header or a mail server could read as several addresses, or as the code of another.
_PART = f"[^@\\x00-\\x1f\\x7f{re.escape(NOT_IN_AN_ADDRESS + BLANKS)}]+"
_SINGLE_ADDRESS = re.compile(rf"(?!.*=\?)({_PART})@({_PART})")
# A + that a program sends as it is arrives as a blank. One that is encoded twice arrives as %2B.
_WRONGLY_ENCODED = re.compile("%(2B|40|20)", re.IGNORECASE)
_HOW_TO_WRITE_A_PLUS = "In a link, write a plus sign as %2B."
WRITE_ONE_ADDRESS = f"Write one email address, like name@company.com. {_HOW_TO_WRITE_A_PLUS}"


def without_blanks(text: str | None) -> str:
    """Returns a stored address without the blanks around it. Nothing is left of NULL."""
    return (text or "").strip(BLANKS)


def split_address(text: str) -> tuple[str, str] | None:
    """Returns the part before the @ of a single address, and its domain. None for any other text."""
    parts = _SINGLE_ADDRESS.fullmatch(text)
    return (parts[1], parts[2]) if parts else None


def address_in_query(text: str) -> str:
    """Returns the address that a query names, without the blanks around it. Raises ValueError for any other text."""
    address = without_blanks(text)
    if split_address(address) is None or _WRONGLY_ENCODED.search(address):
        raise ValueError(WRITE_ONE_ADDRESS)
    return address


def has_compatibility_characters(text: str) -> bool:
    """Tells whether a text has characters that only stand for others, like the ligature fi or the Kelvin sign."""
    has_stand_ins = any(normalize("NFKC", each).isascii() for each in text if not each.isascii())
    return has_stand_ins or normalize("NFKC", text) != normalize("NFC", text)


def search_text(text: str | None) -> str | None:
    """Returns the text to search for. Raises ValueError for an address, or its beginning, with a blank for its plus."""
    if text is None or "@" not in text[1:]:
        return text
    text = without_blanks(text)
    with_plus = f"{text.replace(' ', '+')}x"
    if split_address(with_plus) and (" " in text or _WRONGLY_ENCODED.search(text)):
        raise ValueError(f"Email addresses do not begin like this. {_HOW_TO_WRITE_A_PLUS}")
    return text


StoredAddress = Annotated[str, BeforeValidator(without_blanks)]
Address = Annotated[str, Field(max_length=320), AfterValidator(address_in_query)]
