"""Applies the schema step by step: adds what is missing, and keeps what exists.

Only the constraint that the schema files name under "drop" is dropped.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from sql.errors import DatabaseUnavailableError, UniqueIndex, error_numbers
from sql.sqlite_types import TypedTable, typed_tables
from sql.statements import COMMENT_LINE, statement

# Makes the lock of a job type safe: without it two instances can both insert a run.
ONE_RUN_PER_TYPE = UniqueIndex("UX_JobRun_Job_Type_InProgress", "JobRun", ("Job_Type",))
# Keeps two callers from both being promised a run at the same time.
ONE_PROMISE_PER_TYPE = UniqueIndex("UX_JobRun_Job_Type_Queued", "JobRun", ("Job_Type",))

# When a run's lock is free again; jobs/ says the same of itself.
STALE_AFTER_MINUTES = 10

_FILES = {"mssql": "azure_sql.sql", "sqlite": "sqlite.sql"}
_HEADING = re.compile(
    r"^-- (add|require|drop) (table|column|identity|index|constraint): (\w+)(?:\.(\w+))?$", re.MULTILINE
)
_COLUMN = re.compile(r"^    (\w+) ", re.MULTILINE)
_COLUMN_AND_TYPE = re.compile(r"^    (\w+) (\w+)", re.MULTILINE)
# The end of what each database receives at once.
_BATCH_END = {"mssql": re.compile(r"^GO$", re.MULTILINE), "sqlite": re.compile(r";$", re.MULTILINE)}
# Some engines hide an existing name from their catalog, and refuse only its second use.
_ALREADY_EXISTS = frozenset({1913, 2714})


class StepOutcome(StrEnum):
    EXISTS = "exists"
    MISSING = "missing"
    SURPLUS = "surplus"
    ADDED = "added"
    REMOVED = "removed"
    FAILED = "failed"


@dataclass(frozen=True)
class SchemaStep:
    """One part of the schema: added where it is missing, required of an existing table, or dropped where it exists."""

    verb: str
    kind: str
    table: str
    part: str | None
    batches: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind} {self.table}.{self.part}" if self.part else f"{self.kind} {self.table}"

    def exists(self, connection: Connection) -> bool:
        parameters = {"table_name": self.table, "part_name": self.part, "definition": self.batches and self.batches[-1]}
        return connection.execute(statement(f"find_{self.kind}", connection), parameters).scalar() is not None


@dataclass(frozen=True)
class StepResult:
    step: SchemaStep
    outcome: StepOutcome
    error: str | None = None


@cache
def schema_steps(dialect: str) -> list[SchemaStep]:
    """Returns the steps of a dialect's schema file, in order."""
    text = (Path(__file__).parent / "schema" / _FILES[dialect]).read_text(encoding="utf-8")
    _, *parts = _HEADING.split(text)
    steps = [
        SchemaStep(verb, kind, table, part, _batches(body, dialect))
        for verb, kind, table, part, body in zip(*(parts[start::5] for start in range(5)), strict=True)
    ]
    return [*_with_required_columns(steps), *_trigger_steps()] if dialect == "sqlite" else steps


@cache
def columns_and_types(table: str) -> list[tuple[str, str]]:
    """Returns the columns of a table with their types on SQL Server, like `datetime2`."""
    (created,) = (step for step in schema_steps("mssql") if step.kind == "table" and step.table == table)
    return _COLUMN_AND_TYPE.findall(created.batches[0])


@cache
def sqlite_types() -> list[TypedTable]:
    """Returns all tables with the types that their columns keep to on SQLite."""
    tables = [step.table for step in schema_steps("mssql") if step.kind == "table"]
    return typed_tables({table: columns_and_types(table) for table in tables})


def _trigger_steps() -> Iterator[SchemaStep]:
    for table in sqlite_types():
        triggers = dict(table.triggers())
        drops = [f"DROP TRIGGER IF EXISTS {name}" for name in triggers]
        # Both are created in one transaction, so the last one tells whether they exist.
        batches = (table.rewriting, *drops, *triggers.values())
        yield SchemaStep("add", "trigger", table.name, list(triggers)[-1], batches)


def _with_required_columns(steps: list[SchemaStep]) -> Iterator[SchemaStep]:
    """Adds the columns that an existing SQLite table must have. Its file names only those that were added later."""
    added = {(step.table, step.part) for step in steps if step.kind == "column"}
    for step in steps:
        yield step
        for column in _COLUMN.findall(step.batches[0]) if step.kind == "table" else ():
            if (step.table, column) not in added:
                yield SchemaStep("require", "column", step.table, column, ())


def _batches(text: str, dialect: str) -> tuple[str, ...]:
    batches = (batch.strip() for batch in _BATCH_END[dialect].split(COMMENT_LINE.sub("", text)))
    return tuple(batch for batch in batches if batch)


def check_schema(connection: Connection) -> Iterator[StepResult]:
    """Says for each part whether it exists, and changes nothing."""
    for step in schema_steps(connection.dialect.name):
        exists = step.exists(connection)
        if step.verb != "drop":
            yield StepResult(step, StepOutcome.EXISTS if exists else StepOutcome.MISSING)
        elif exists:
            yield StepResult(step, StepOutcome.SURPLUS)


def apply_schema(transaction: Callable[[], AbstractContextManager[Connection]]) -> Iterator[StepResult]:
    """Applies each step that is missing, in its own transaction. Continues after a step that fails."""
    with transaction() as connection:
        steps = schema_steps(connection.dialect.name)
    for step in steps:
        try:
            with transaction() as connection:
                result = _drop(connection, step) if step.verb == "drop" else _add(connection, step)
        except (DBAPIError, DatabaseUnavailableError) as error:
            driver_error = error.orig if isinstance(error, DBAPIError) and error.orig else error
            already_exists = bool(error_numbers(driver_error) & _ALREADY_EXISTS)
            outcome = StepOutcome.EXISTS if already_exists else StepOutcome.FAILED
            result = StepResult(step, outcome, None if already_exists else str(driver_error))
        if result:
            yield result


def lock_is_safe(connection: Connection) -> bool:
    """Tells whether the database refuses a second run of a job type, by an index of this shape and any name."""
    return connection.execute(statement("find_one_run_per_type", connection)).scalar() is not None


def _add(connection: Connection, step: SchemaStep) -> StepResult:
    if step.exists(connection):
        return StepResult(step, StepOutcome.EXISTS)
    obstacle = _obstacle(connection, step)
    if obstacle:
        return StepResult(step, StepOutcome.FAILED, obstacle)
    _execute(connection, step.batches)
    return StepResult(step, StepOutcome.ADDED)


def _obstacle(connection: Connection, step: SchemaStep) -> str | None:
    """Returns why the step cannot be applied, and what to do about it."""
    if step.verb == "require":
        return "An existing table must have it. Map its own name in access/platforms/."
    if step.part != ONE_RUN_PER_TYPE.name:
        return None
    find_rivals = statement("find_rival_runs", connection)
    rivals = connection.execute(find_rivals, {"stale_after_minutes": STALE_AFTER_MINUTES}).mappings().all()
    if not rivals:
        return None
    runs = "; ".join("{Job_Type}, Job_Id {Job_Id}, on {Started_By} since {Started_At}".format(**run) for run in rivals)
    return (
        f"JobRun has several runs of one job type in progress: {runs}. Wait until they end, or set the Status of dead "
        "runs to 'Abandoned'. Then apply the schema again."
    )


def _drop(connection: Connection, step: SchemaStep) -> StepResult | None:
    if not step.exists(connection):
        return None
    if connection.dialect.name == "sqlite":
        _rebuild_without(connection, step.table, step.batches[0])
    else:
        _execute(connection, step.batches)
    return StepResult(step, StepOutcome.REMOVED)


def _rebuild_without(connection: Connection, table: str, definition: str) -> None:
    """Rebuilds a SQLite table without a part of its definition, but with its rows, columns and indexes."""
    definitions = connection.execute(statement("read_definitions", connection), {"table_name": table}).scalars()
    table_ddl, *index_ddls = definitions
    _execute(
        connection,
        [
            f"ALTER TABLE {table} RENAME TO {table}_Old",
            table_ddl.replace(f" {definition}", ""),
            f"INSERT INTO {table} SELECT * FROM {table}_Old",  # noqa: S608  a name of the schema
            f"DROP TABLE {table}_Old",
            *index_ddls,
        ],
    )


def _execute(connection: Connection, batches: Iterable[str]) -> None:
    for batch in batches:
        connection.exec_driver_sql(batch)
