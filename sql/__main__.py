"""`python -m sql` applies the schema to the database that DATABASE_URL names. `--check` only compares.

`--grant NAME CLIENT_ID` also lets a managed identity read and write rows, which is all that the app needs.
Exits with 1 when the database does not match. Notes say how existing tables differ, and the consequence.
"""

import argparse
import os
import sys
from uuid import UUID

from sql.database import Database
from sql.errors import DatabaseUnavailableError, DatabaseUrlError
from sql.existing_tables import describe_differences
from sql.schema import StepOutcome, apply_schema, check_schema, sqlite_types
from sql.statements import statement


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sql", description=__doc__)
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--check", action="store_true", help="say whether the database matches, and change nothing")
    either.add_argument(
        "--grant",
        nargs=2,
        metavar=("NAME", "CLIENT_ID"),
        help="make this managed identity a database user that can read and write rows, and nothing else",
    )
    arguments = parser.parse_args()
    # The one setting of a tool that a DBA runs without the app.
    url = os.environ.get("DATABASE_URL", "").strip()  # noqa: TID251
    if not url:
        print("DATABASE_URL must name the database, like mssql+pyodbc://server/database.", file=sys.stderr)
        return 2
    try:
        database = Database(
            url, apply_missing_schema=False, read_only_file=arguments.check, statement_timeout_seconds=0
        )
        code = _run(database, check_only=arguments.check)
        if arguments.grant and code == 0:
            _grant(database, *arguments.grant)
        return code
    except (DatabaseUrlError, DatabaseUnavailableError) as error:
        print(f"DATABASE_URL: {error}", file=sys.stderr)
        return 2
    except GrantError as error:
        print(error, file=sys.stderr)
        return 2


class GrantError(Exception):
    """The message says what to give instead."""


def _grant(database: Database, name: str, client_id: str) -> None:
    if database.engine.dialect.name == "sqlite":
        raise GrantError("--grant works on SQL Server only. A SQLite file has no users.")
    try:
        identity = str(UUID(client_id))
    except ValueError as error:
        raise GrantError(
            f"--grant needs a name and a client id, and {client_id!r} is not a UUID. Give the identity's client id."
        ) from error
    with database.transaction() as connection:
        clause = statement("grant_reader_and_writer", connection)
        connection.execute(clause, {"user_name": name, "client_id": identity})
    print(f"granted  {name} may read and write rows")


def _run(database: Database, *, check_only: bool) -> int:
    if check_only:
        with database.read() as connection:
            results = list(check_schema(connection))
    else:
        results = list(apply_schema(database.transaction))
        if database.engine.dialect.name == "sqlite" and all(each.outcome is not StepOutcome.FAILED for each in results):
            _rewrite(database)
    for result in results:
        print(f"{result.outcome:<8} {result.step}" + (f": {result.error}" if result.error else ""))
    with database.read() as connection:
        for difference in describe_differences(connection):
            print(f"note     {difference}")
    counts = {outcome: sum(result.outcome is outcome for result in results) for outcome in StepOutcome}
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count))
    incomplete = (StepOutcome.MISSING, StepOutcome.SURPLUS, StepOutcome.FAILED)
    return 1 if any(counts[outcome] for outcome in incomplete) else 0


def _rewrite(database: Database) -> None:
    """Gives the values of other programs in a SQLite file the app's own form, where they can be read."""
    for table in sqlite_types():
        with database.transaction() as connection:
            count = connection.exec_driver_sql(table.rewriting).rowcount
        if count:
            print(f"rewrote  {table.name}: rows with times or ids of other programs: {count}")


if __name__ == "__main__":
    raise SystemExit(main())
