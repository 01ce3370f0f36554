"""Describes the rules of existing tables that may refuse the app's writes, each with its consequence."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from sqlalchemy import Connection

from sql.errors import UNMANGLED_CHARACTERS
from sql.schema import SchemaStep, schema_steps
from sql.statements import statement

# The values that the app writes into columns of few values, by the schema's names.
WRITTEN_VALUES: Mapping[str, tuple[str, ...]] = {
    "ConnectionCheck.Kind": ("check", "run"),
    "JobRun.Status": ("Abandoned", "Cancelled", "Completed", "Failed", "InProgress", "Queued"),
    "JobRun.Trigger_Kind": ("automation", "continuation", "person", "timer"),
    "JobRunFailure.Attempted": ("30-Day Reminder", "7-Day Reminder", "Access check", "Revocation"),
    "DataAccessDeltaRequests.Status": ("Active", "Extended", "Revoked", "Superseded"),
    "DataAccessPalantirRequests.RequestStatus": ("Active", "Extended", "Revoked", "Superseded"),
    "ExpiryNotification_Databricks.Notification_Type": ("30-Day Reminder", "7-Day Reminder"),
    "ExpiryNotification_Palantir.Notification_Type": ("30-Day Reminder", "7-Day Reminder"),
    "RevokedAccess_Databricks.Outcome": ("alreadyGone", "removed", "removedInError", "superseded"),
    "RevokedAccess_Palantir.Outcome": ("alreadyGone", "removed", "removedInError", "superseded"),
    "GivenAccess_Databricks.Outcome": ("alreadyThere", "given"),
    "GivenAccess_Palantir.Outcome": ("alreadyThere", "given"),
}
# Keyed by the beginning of a table's name.
_CONSEQUENCES = {
    "JobRunFailure": "a run cannot record what failed",
    "JobRun": "a run cannot start, end, be cancelled or be taken over from a dead server",
    "DataAccess": "a request cannot be stored, extended or revoked",
    "ExpiryNotification": "a reminder that was sent cannot be recorded",
    "RevokedAccess": "access cannot be revoked",
    "ExtendedAccess": "a request cannot be extended",
    "LetExpire": "the decision to let a request expire cannot be stored",
    "RemovalIntent": "no grant can be removed at a platform",
    "ConnectionCheck": "the page Connections shows no new checks",
    "GivenAccess": "no access can be given back at a platform",
    "AccessFinding": "the nightly check cannot record what it finds, and no one can act on it",
}
# The app gives these a value in every row, whatever else their columns allow.
_NEVER_NULL = frozenset({"Notification_Type"})
_FILLED, _MAY_BE_NULL = "filled", "may be NULL"

_COLUMN = re.compile(r"^    (\w+) (.+)", re.MULTILINE)
_PRIMARY_KEY = re.compile(r"^    (\w+) [^,]*PRIMARY KEY", re.MULTILINE)
_UNIQUE_INDEX = re.compile(r"CREATE UNIQUE INDEX \w+\s+ON \w+ \(([^)]+)\)(?: WHERE (.+?);?$)?", re.MULTILINE)
_IDENTITY = "IDENTITY(1,1)"


def describe_refusals(connection: Connection) -> Iterator[str]:
    """Yields a note for each rule, on SQL Server only."""
    for table in (step.table for step in schema_steps("mssql") if step.kind == "table"):
        parameters = {"table_name": table}
        for row in connection.execute(statement("list_check_constraints", connection), parameters):
            yield from notes_on_check(table, row.name, row.definition)
        for row in connection.execute(statement("list_required_columns", connection), parameters):
            yield from notes_on_required_column(table, row.column_name, has_default=bool(row.default_object_id))
        keys: dict[tuple[str, bool], list[str]] = defaultdict(list)
        for row in connection.execute(statement("list_unique_keys", connection), parameters):
            keys[row.key_name, bool(row.has_filter)].append(row.column_name)
        identity = connection.execute(statement("find_identity", connection), parameters).scalar()
        for (name, has_filter), columns in keys.items():
            if identity not in columns and not _is_own_key(table, name):
                yield from notes_on_unique_key(table, name, columns, has_filter=has_filter)


def notes_on_check(table: str, name: str, definition: str) -> Iterator[str]:
    """Yields no note when the constraint names every value that the app writes into its column."""
    for column, values in WRITTEN_VALUES.items():
        of_table, _, of_column = column.partition(".")
        if of_table != table or not re.search(rf"(?<!')\b{of_column}\b", definition, re.IGNORECASE):
            continue
        unnamed = [value for value in values if f"'{value}'".casefold() not in definition.casefold()]
        if not unnamed:
            return
        if len(unnamed) < len(values):
            yield (
                f"{table} has the CHECK constraint {name}, which does not name {', '.join(unnamed)}. If it refuses "
                f"them, {_consequence(table)}."
            )
            return
    yield f"{table} has the CHECK constraint {name}, {definition}. If it refuses a row, {_consequence(table)}."


def notes_on_required_column(table: str, column: str, *, has_default: bool) -> Iterator[str]:
    """Yields no note when the app gives the column, which allows no NULL, a value in every row."""
    own = _own_columns(table).get(column.casefold())
    if own is None and not has_default:
        yield (
            f"{table}.{column} allows no NULL and has no default, and the app gives it no value, so "
            f"{_consequence(table)}. Give it a default."
        )
    if own == _MAY_BE_NULL:
        yield (f"{table}.{column} allows no NULL. If the app writes NULL, {_consequence(table)}. Let it allow NULL.")


def notes_on_unique_key(table: str, name: str, columns: Iterable[str], *, has_filter: bool) -> Iterator[str]:
    """Yields no note when the schema's own keys already keep the app's rows apart by this key."""
    given = frozenset(column.casefold() for column in columns)
    if not any(own <= given and (has_filter or not own_filter) for own, own_filter in _own_keys(table)):
        yield (
            f"{table} has the unique key {name} on {', '.join(columns)}. If a row repeats another's values, "
            f"{_consequence(table)}."
        )


def _consequence(table: str) -> str:
    return next(text for beginning, text in _CONSEQUENCES.items() if table.startswith(beginning))


@cache
def _own_columns(table: str) -> Mapping[str, str]:
    """Returns the columns that the app fills, in lower case, each with whether the schema lets it be NULL."""
    return {
        column.casefold(): _FILLED if "NOT NULL" in rest else _MAY_BE_NULL
        for column, rest in _COLUMN.findall(_definition(table).batches[0])
        if _IDENTITY not in rest
    }


def _is_own_key(table: str, name: str) -> bool:
    own = (step.part for step in schema_steps("mssql") if step.kind == "index" and step.table == table)
    return any(part and name.casefold().startswith(part.casefold()[:UNMANGLED_CHARACTERS]) for part in own)


@cache
def _own_keys(table: str) -> list[tuple[frozenset[str], bool]]:
    """Returns the columns of each unique key of the schema, and whether it leaves out rows that the app writes."""
    primary = _PRIMARY_KEY.findall(_definition(table).batches[0].replace(_IDENTITY, ""))
    keys = [(frozenset({column.casefold()}), False) for column in primary]
    for step in schema_steps("mssql"):
        if step.kind == "index" and step.table == table:
            for columns, condition in _UNIQUE_INDEX.findall("\n".join(step.batches)):
                leaves_out = bool(condition) and condition.removesuffix(" IS NOT NULL") not in _NEVER_NULL
                keys.append((frozenset(column.strip().casefold() for column in columns.split(",")), leaves_out))
    return keys


def _definition(table: str) -> SchemaStep:
    return next(step for step in schema_steps("mssql") if step.kind == "table" and step.table == table)
