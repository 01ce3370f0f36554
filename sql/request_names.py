"""Names the columns of a platform's requests for the statements: lists of columns, and texts made from them."""

from collections.abc import Mapping, Sequence


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
