"""`python -m sql --grant`: a managed identity becomes a user that reads and writes rows, whatever its name."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from sql.database import Database
from sql.statements import render, statement
from tests.sql.test_schema import run_tool

SQL = render("grant_reader_and_writer", "mssql", frozenset())


def test_name_reaches_a_statement_only_as_a_quoted_parameter() -> None:
    assert SQL.count(":user_name") == 1
    built = [line for line in SQL.splitlines() if "N'" in line and "@user" in line]
    assert built
    assert all(re.findall(r"@user\b", line) == re.findall(r"(?<=QUOTENAME\()@user\b", line) for line in built)


def test_nothing_is_granted_beyond_rows_and_the_sight_of_the_locks_index() -> None:
    assert re.findall(r"ALTER ROLE (\w+)", SQL) == ["db_datareader", "db_datawriter"]
    assert re.findall(r"GRANT ([A-Z ]+?) ON (\S+)", SQL) == [("VIEW DEFINITION", "JobRun")]


@pytest.mark.slow
def test_file_of_sqlite_has_no_users(tmp_path: Path) -> None:
    tool = run_tool(f"sqlite:///{tmp_path}/access.db", "--grant", "app", str(uuid4()))
    assert (tool.returncode, "A SQLite file has no users" in tool.stderr) == (2, True)


@pytest.mark.slow
def test_nothing_is_granted_where_only_a_check_is_asked_for(tmp_path: Path) -> None:
    tool = run_tool(f"sqlite:///{tmp_path}/access.db", "--check", "--grant", "app", str(uuid4()))
    assert (tool.returncode, "not allowed with" in tool.stderr) == (2, True)


@pytest.mark.parametrize("name", ["app", "o'neil]; DROP TABLE JobRun; --"])
def test_identity_reads_and_writes_rows_only(mssql_database: Database, name: str) -> None:
    user = {"user_name": f"{name} {uuid4()}"}
    with mssql_database.transaction() as connection:
        for client_id in (str(uuid4()), str(uuid4())):  # the second time it was created anew
            clause = statement("grant_reader_and_writer", connection)
            connection.execute(clause, {**user, "client_id": client_id})
        roles = connection.execute(
            text(
                "SELECT r.name FROM sys.database_role_members m "
                "JOIN sys.database_principals r ON r.principal_id = m.role_principal_id "
                "JOIN sys.database_principals u ON u.principal_id = m.member_principal_id WHERE u.name = :user_name"
            ),
            user,
        ).scalars()
        assert set(roles) == {"db_datareader", "db_datawriter"}
