"""The rule for "the same person": what is left of an address when its insignificant differences are removed."""

from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from unicodedata import normalize

from access.addresses import without_blanks

_ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


@lru_cache(maxsize=100_000)
def same_person_key(email: str) -> str:
    """Returns a text that two addresses share only if they are the same person's.

    ASCII letters have no case, and a domain counts in its IDNA form. Letters that only look alike stay different.
    """
    # In this order, the Kelvin sign does not become a k.
    text = normalize("NFC", ascii_lower(without_blanks(email)))
    name, at, domain = text.rpartition("@")
    return f"{name}{at}{_idna(domain)}" if at else text


def ascii_lower(text: str) -> str:
    return text.translate(_ASCII_LOWER)


def _idna(domain: str) -> str:
    """Returns the ASCII form of a domain, or the domain as it is if it has none."""
    if domain.isascii():
        return domain
    import idna

    try:
        return idna.encode(domain.lower()).decode()
    except idna.IDNAError:
        return domain
