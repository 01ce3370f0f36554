"""Names the columns of requests for the statements, and has the rules by which two requests name the same.

Two plain addresses, in ASCII and without an encoded domain, are the same person's if only their case differs. No other
address is the same as a plain one.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import takewhile
from string import ascii_lowercase, ascii_uppercase
from unicodedata import normalize

from sql.conditions import BLANKS

_ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
# These characters have twins outside of ASCII that NFC turns into them.
_BEFORE_TWINS = re.compile(r"[^\x00-\x7f]|[;`]")


def names_of_columns(
    columns: Mapping[str, str], resource_fields: Sequence[str], *, inserted_fields: Sequence[str], id_is_number: bool
) -> dict[str, str]:
    """Returns the statements' placeholders for columns. `columns` maps the API's fields to them.

    `inserted_fields` are the fields that a new request gets in addition to its status and times.
    """
    *parts, grant = (f"u.{columns[field]}" for field in resource_fields)
    what = ", '.', ".join(parts)
    same = [_is_same(columns[field], is_grant=field == resource_fields[-1]) for field in resource_fields]
    intended = {field: "_".join(part.capitalize() for part in field.split("_")) for field in resource_fields}
    extended = {"id": "chosen.new_request_id", "business_reason": ":business_reason"}
    return {
        "request_columns": ", ".join(f"u.{column} AS {field}" for field, column in columns.items()),
        "resource_columns": ", ".join(f"u.{columns[field]}" for field in resource_fields),
        "resource_fields": ", ".join(f"u.{columns[field]} AS {field}" for field in resource_fields),
        "place_columns": ", ".join(parts),
        "place_fields": ", ".join(f"u.{columns[field]} AS {field}" for field in resource_fields[:-1]),
        "resource": f"CONCAT({what}, ' (', {grant}, ')')",
        # The rule of access/connectors/names.py, for the database.
        "same_resource": " AND ".join(same),
        "same_place": " AND ".join(same[:-1]),
        "intent_columns": ", ".join(intended.values()),
        "intent_fields": ", ".join(f"intent.{column} AS {field}" for field, column in intended.items()),
        "inserted_columns": ", ".join(columns[field] for field in inserted_fields),
        "inserted_values": ", ".join(f":{field}" for field in inserted_fields),
        "extended_values": ", ".join(extended.get(field, f"u.{columns[field]}") for field in inserted_fields),
        # The audit orders records of one moment by these.
        "request_number": "u.{id}" if id_is_number else "0",
        "request_key": "''" if id_is_number else "CAST(u.{id} AS nvarchar(36))",
    }


def _is_same(column: str, *, is_grant: bool) -> str:
    """Compares two names as the platforms do: without case, and without the blanks and backquotes around them."""

    def plain(row: str) -> str:
        name = f"LOWER(LTRIM(RTRIM(REPLACE({row}.{column}, '`', ''))))"
        return f"REPLACE({name}, ' ', '_')" if is_grant else name

    return f"{plain('other')} = {plain('u')}"


@lru_cache(maxsize=100_000)
def same_person_key(email: str) -> str:
    """Returns a text that two addresses share only if they are the same person's.

    ASCII letters have no case, and a domain counts in its IDNA form. Letters that only look alike stay different.
    """
    # In this order, the Kelvin sign does not become a k.
    lower = ascii_lower(email.strip(BLANKS))
    if lower.isascii() and "xn--" not in lower:
        return lower
    text = normalize("NFC", lower)
    name, at, domain = text.rpartition("@")
    key = f"{name}{at}{_idna(domain)}" if at else text
    return lower if _is_plain(key) else key


@lru_cache(maxsize=100_000)
def person_prefix(email: str) -> str:
    """Returns the beginning, without case, that all spellings of an address share."""
    lower = ascii_lower(email.strip(BLANKS))
    if _is_plain(lower):
        return lower
    name, at, _ = lower.rpartition("@")
    spellings = zip(name, normalize("NFC", name), normalize("NFD", name), strict=False)
    shared = "".join(letters[0] for letters in takewhile(lambda letters: len(set(letters)) == 1, spellings))
    beginning = shared[: _first_rare(shared)]
    return f"{name}{at}" if beginning == name else beginning


def ascii_lower(text: str) -> str:
    return text.translate(_ASCII_LOWER)


def _first_rare(text: str) -> int:
    found = _BEFORE_TWINS.search(text)
    return found.start() if found else len(text)


def _is_plain(address: str) -> bool:
    return address.isascii() and "xn--" not in address


def _idna(domain: str) -> str:
    """Returns the ASCII form of a domain, or the domain as it is if it has none."""
    if domain.isascii():
        return domain
    import idna

    try:
        return idna.encode(domain.lower()).decode()
    except idna.IDNAError:
        return domain
