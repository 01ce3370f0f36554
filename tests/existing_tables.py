"""Tables that a database had before the app came, in place of the schema's own."""

from collections.abc import Iterator
from contextlib import contextmanager

from sql.database import Database
from sql.schema import StepOutcome, StepResult, apply_schema


@contextmanager
def existing_table(database: Database, table: str, *ddl: str) -> Iterator[list[StepResult]]:
    """The table as `ddl` makes it, and what the schema tool then did; afterwards the schema's own is back."""
    execute(database, f"DROP TABLE {table}", *ddl)
    try:
        yield list(apply_schema(database.transaction))
    finally:
        execute(database, f"DROP TABLE {table}")
        assert [result for result in apply_schema(database.transaction) if result.outcome is StepOutcome.FAILED] == []


def execute(database: Database, *statements: str) -> None:
    with database.transaction() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
