"""Refuses query parameters that a call that changes something would ignore.

A dryRun that is misspelt, misplaced or blank would otherwise start a real run.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.errors import InvalidFieldsError
from api.problem import FieldError


def require_exact_query(query: Mapping[str, Sequence[str]], parameters: Iterable[Mapping[str, Any]]) -> None:
    """Raises InvalidFieldsError for a parameter that is unknown, blank, or repeated and not an array."""
    known = {parameter["name"]: parameter["schema"] for parameter in parameters if parameter["in"] == "query"}
    faults = {key: _fault(values, known.get(key)) for key, values in query.items()}
    errors = [FieldError(field=key, message=fault) for key, fault in faults.items() if fault]
    if errors:
        raise InvalidFieldsError(errors)


def _fault(values: Sequence[str], schema: Mapping[str, Any] | None) -> str | None:
    if schema is None:
        return "This parameter is unknown here. Remove it."
    if not all(value.strip() for value in values):
        return "Write a value, or leave the parameter out."
    if len(values) > 1 and schema["type"] != "array":
        return "Write this parameter once."
    return None
