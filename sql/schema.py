"""Applies the schema step by step: what is there stays as it is, what is missing is added, nothing is dropped."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from sql.errors import DatabaseUnavailableError, error_numbers
from sql.statements import statement

_FILES = {"mssql": "azure_sql.sql", "sqlite": "sqlite.sql"}
_HEADING = re.compile(r"^-- (add|require) (table|column|index|constraint): (\w+)(?:\.(\w+))?$", re.MULTILINE)
_BATCH_SEPARATOR = re.compile(r"^GO$", re.MULTILINE)
# An engine whose catalog hides a name says so only when the name is used again.
_ALREADY_EXISTS = frozenset({1913, 2714})


class Outcome(StrEnum):
    EXISTS = "exists"
    MISSING = "missing"
    ADDED = "added"
    FAILED = "failed"


@dataclass(frozen=True)
class SchemaStep:
    """One part of the schema. A part that is required, not added, must come with the existing table."""

    is_required: bool
    kind: str
    table: str
    part: str | None
    ddl: str

    def __str__(self) -> str:
        return f"{self.kind} {self.table}.{self.part}" if self.part else f"{self.kind} {self.table}"

    def exists(self, connection: Connection) -> bool:
        parameters = {"table_name": self.table, "part_name": self.part}
        return connection.execute(statement(f"find_{self.kind}", connection), parameters).scalar() is not None


@dataclass(frozen=True)
class StepResult:
    step: SchemaStep
    outcome: Outcome
    error: str | None = None


@cache
def schema_steps(dialect: str) -> list[SchemaStep]:
    """The steps of a dialect's schema file, in order."""
    text = (Path(__file__).parent / "schema" / _FILES[dialect]).read_text(encoding="utf-8")
    _, *parts = _HEADING.split(text)
    return [
        SchemaStep(verb == "require", kind, table, part, _BATCH_SEPARATOR.sub("", body).strip())
        for verb, kind, table, part, body in zip(*(parts[start::5] for start in range(5)), strict=True)
    ]


def check_schema(connection: Connection) -> Iterator[StepResult]:
    """Says of each part whether it is there, and changes nothing."""
    for step in schema_steps(connection.dialect.name):
        yield StepResult(step, Outcome.EXISTS if step.exists(connection) else Outcome.MISSING)


def apply_schema(transaction: Callable[[], AbstractContextManager[Connection]]) -> Iterator[StepResult]:
    """Adds each part that is missing, in a transaction of its own; goes on after what cannot be added."""
    with transaction() as connection:
        steps = schema_steps(connection.dialect.name)
    for step in steps:
        try:
            with transaction() as connection:
                result = _add(connection, step)
        except (DBAPIError, DatabaseUnavailableError) as error:
            driver_error = error.orig if isinstance(error, DBAPIError) and error.orig else error
            already_exists = bool(error_numbers(driver_error) & _ALREADY_EXISTS)
            outcome = Outcome.EXISTS if already_exists else Outcome.FAILED
            result = StepResult(step, outcome, None if already_exists else str(driver_error))
        yield result


def _add(connection: Connection, step: SchemaStep) -> StepResult:
    if step.exists(connection):
        return StepResult(step, Outcome.EXISTS)
    if step.is_required:
        message = "An existing table must bring it: map its own name in access/platforms/."
        return StepResult(step, Outcome.FAILED, message)
    connection.exec_driver_sql(step.ddl)
    return StepResult(step, Outcome.ADDED)
