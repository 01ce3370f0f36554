"""Describes how existing tables differ from the schema, with the consequence. The app works with such tables.

`sql.schema` finds what is missing, without which the app does not work.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

from sql.refused_writes import describe_refusals
from sql.schema import columns_and_types, schema_steps, sqlite_types
from sql.statements import statement

_NEVER_EXPIRES = "such access never expires"
_NO_DATE = "such a request is listed without its date"
_NO_STATUS = "such a request gets no reminders and is never revoked, and the order by urgency omits it"
_NO_ADDRESS = "such a request gets no reminders, every run reports it as failed, and hasUsableEmail=false lists it"
_NULL_MEANINGS = {
    ("DataAccessDeltaRequests", "Expires_On"): _NEVER_EXPIRES,
    ("DataAccessDeltaRequests", "Requested_On"): _NO_DATE,
    ("DataAccessDeltaRequests", "Status"): _NO_STATUS,
    ("DataAccessDeltaRequests", "requested_by_email"): _NO_ADDRESS,
    ("DataAccessPalantirRequests", "ExpirationDate"): _NEVER_EXPIRES,
    ("DataAccessPalantirRequests", "RequestedOn"): _NO_DATE,
    ("DataAccessPalantirRequests", "RequestStatus"): _NO_STATUS,
    ("DataAccessPalantirRequests", "RequesterEmail"): _NO_ADDRESS,
}
_NO_DATES = (
    "every list and run fails as soon as one of its values cannot be read as a date. Correct those that TRY_CONVERT("
    "datetime2(3), …) gives NULL for, then make the column datetime2(3)"
)
# Keyed by the type of a column in the schema, and its type in the existing table.
_TYPE_MEANINGS = {
    ("datetime2", "datetime"): "it rounds times to 1/300 of a second",
    ("datetime2", "smalldatetime"): (
        "it rounds times to minutes and ends in 2079, so requests that never expire and reminders fail. Make it "
        "datetime2(3)"
    ),
    ("datetime2", "date"): "it drops the time of day, so access ends when its last day begins, in UTC",
    **{("datetime2", text_type): _NO_DATES for text_type in ("varchar", "nvarchar", "char", "nchar", "int", "bigint")},
    ("nvarchar", "varchar"): (
        "comparing it with a text of the app converts each row first, which may scan the table. It sorts in another "
        "order, and characters outside its code page are lost"
    ),
}
_MILLISECONDS = 3
_NOTED_OF_A_RUN = frozenset({"Job_Id", "Job_Type", "Status", "Started_At", "Started_By"})


def describe_differences(connection: Connection) -> Iterator[str]:
    """Yields a note for each difference. SQLite's tables are the schema's own, but other programs may write to them."""
    if connection.dialect.name == "sqlite":
        yield from _describe_unreadable_values(connection)
    else:
        yield from _describe_columns(connection)
        yield from _describe_identities(connection)
        yield from _describe_triggers(connection)
        yield from describe_refusals(connection)
        yield from _describe_row_versions(connection)
    yield from _describe_runs_in_progress(connection)


def _describe_unreadable_values(connection: Connection) -> Iterator[str]:
    steps = [step for step in schema_steps("sqlite") if step.kind in ("table", "column")]
    for table in sqlite_types():
        if all(step.exists(connection) for step in steps if step.table == table.name):
            yield from table.describe_unreadable(connection)


def _describe_columns(connection: Connection) -> Iterator[str]:
    for step in schema_steps("mssql"):
        if step.kind != "table":
            continue
        rows = connection.execute(statement("list_columns", connection), {"table_name": step.table}).mappings()
        existing = {row["column_name"].casefold(): row for row in rows}
        for column, type_name in columns_and_types(step.table):
            actual = existing.get(column.casefold())
            if actual is None:
                continue
            name = f"{step.table}.{column}"
            if meaning := _TYPE_MEANINGS.get((type_name, actual["type_name"])):
                yield f"{name} is {actual['type_name']}: {meaning}."
            if actual["type_name"] == "datetime2" and actual["scale"] > _MILLISECONDS:
                yield f"{name} is datetime2({actual['scale']}): the API shows at most six digits of a second."
            if actual["is_nullable"] and (meaning := _NULL_MEANINGS.get((step.table, column))):
                count_nulls = statement("count_nulls", connection, table=step.table, column=column)
                count = connection.execute(count_nulls).scalar_one()
                yield f"{name} allows NULL (rows with it: {count}): {meaning}."


def _describe_identities(connection: Connection) -> Iterator[str]:
    for step in (step for step in schema_steps("mssql") if step.kind == "identity"):
        parameters = {"table_name": step.table}
        name = connection.execute(statement("find_identity", connection), parameters).scalar()
        if name is not None and name.casefold() != step.part:
            setting = "revocation_id" if step.table.startswith("Revoked") else "notification_id"
            yield f"{step.table} has the identity column {name}. Name it as {setting} in access/platforms/."


def _describe_triggers(connection: Connection) -> Iterator[str]:
    for table in (step.table for step in schema_steps("mssql") if step.kind == "table"):
        for row in connection.execute(statement("list_triggers", connection), {"table_name": table}).mappings():
            meaning = (
                "it writes instead of the app, and the app does not count what the trigger did"
                if row["is_instead_of_trigger"]
                else "it runs inside each write of the app, and the write fails when the trigger fails"
            )
            yield f"{table} has the trigger {row['name']}: {meaning}."


def _describe_row_versions(connection: Connection) -> Iterator[str]:
    if connection.execute(statement("find_row_versions", connection)).scalar() is None:
        yield (
            "READ_COMMITTED_SNAPSHOT is off: lists wait while a run writes. Turn it on with ALTER DATABASE CURRENT SET "
            "READ_COMMITTED_SNAPSHOT ON."
        )


def _describe_runs_in_progress(connection: Connection) -> Iterator[str]:
    job_run = [step for step in schema_steps(connection.dialect.name) if step.table == "JobRun"]
    if not all(step.exists(connection) for step in job_run if step.part in _NOTED_OF_A_RUN):
        return
    for row in connection.execute(statement("list_runs_in_progress", connection)).mappings():
        yield (
            "JobRun has {Job_Type} in progress on {Started_By} since {Started_At}, Job_Id {Job_Id}. If it is dead, it "
            "is marked Abandoned when its type runs next, or when the schema is applied."
        ).format(**row)
