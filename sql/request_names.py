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
    intended = {field: "_".join(part.capitalize() for part in field.split("_")) for field in resource_fields}
    extended = {"id": "chosen.new_request_id", "business_reason": ":business_reason"}
    return {
        "request_columns": ", ".join(f"u.{column} AS {field}" for field, column in columns.items()),
        "resource_columns": ", ".join(f"u.{columns[field]}" for field in resource_fields),
        "resource_fields": ", ".join(f"u.{columns[field]} AS {field}" for field in resource_fields),
        "resource": f"CONCAT({what}, ' (', {grant}, ')')",
        "same_resource": " AND ".join(
            f"LOWER(other.{columns[field]}) = LOWER(u.{columns[field]})" for field in resource_fields
        ),
        "intent_columns": ", ".join(intended.values()),
        "intent_fields": ", ".join(f"intent.{column} AS {field}" for field, column in intended.items()),
        "inserted_columns": ", ".join(columns[field] for field in inserted_fields),
        "inserted_values": ", ".join(f":{field}" for field in inserted_fields),
        "extended_values": ", ".join(extended.get(field, f"u.{columns[field]}") for field in inserted_fields),
        # The audit orders records of one moment by these.
        "request_number": "u.{id}" if id_is_number else "0",
        "request_key": "''" if id_is_number else "CAST(u.{id} AS nvarchar(36))",
    }
