"""`python -m sql`: applies the schema to the database that DATABASE_URL names; `--check` only compares.

Exits with 1 when the database does not match. Notes are what existing tables do otherwise, and the app can live with.
"""

import argparse
import os
import sys

from sql.database import Database
from sql.errors import DatabaseUnavailableError, DatabaseUrlError
from sql.existing_tables import describe_differences
from sql.schema import Outcome, apply_schema, check_schema


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sql", description=__doc__)
    parser.add_argument("--check", action="store_true", help="say whether the database matches, and change nothing")
    arguments = parser.parse_args()
    # The one setting of a tool that a DBA runs without the app.
    url = os.environ.get("DATABASE_URL")  # noqa: TID251
    if not url:
        print("DATABASE_URL must name the database, like mssql+pyodbc://server/database.", file=sys.stderr)
        return 2
    try:
        return _run(Database(url, apply_missing_schema=False), check_only=arguments.check)
    except (DatabaseUrlError, DatabaseUnavailableError) as error:
        print(f"DATABASE_URL: {error}", file=sys.stderr)
        return 2


def _run(database: Database, *, check_only: bool) -> int:
    if check_only:
        with database.read() as connection:
            results = list(check_schema(connection))
    else:
        results = list(apply_schema(database.transaction))
    for result in results:
        print(f"{result.outcome:<8} {result.step}" + (f": {result.error}" if result.error else ""))
    with database.read() as connection:
        for difference in describe_differences(connection):
            print(f"note     {difference}")
    counts = {outcome: sum(result.outcome is outcome for result in results) for outcome in Outcome}
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count))
    return 1 if any(counts[outcome] for outcome in (Outcome.MISSING, Outcome.SURPLUS, Outcome.FAILED)) else 0


if __name__ == "__main__":
    raise SystemExit(main())
