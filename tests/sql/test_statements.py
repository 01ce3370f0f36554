"""The loader of the named statements."""

import re
from collections.abc import Iterator
from pathlib import Path
from pprint import pformat

import pytest

from access.platforms import PLATFORMS, Platform
from sql import statements
from sql.statements import MACROS, load_statements, render, union_all
from tests.sql.other_names import OTHER_NAMES

# Statements that one database needs and the other has no use for.
ONLY_IN = {
    "sqlite": {
        "differs_from_int",
        "differs_from_time",
        "differs_from_uuid",
        "find_last_row",
        "find_trigger",
        "insert_revocations",
        "list_counted_rows",
        "list_tables",
        "list_unreadable_values",
        "read_definitions",
        "reads_as_int",
        "reads_as_time",
        "reads_as_uuid",
        "rewrite_readable_values",
    },
    "mssql": {
        "count_nulls",
        "find_identity",
        "grant_reader_and_writer",
        "find_row_versions",
        "find_write_refusal",
        "list_check_constraints",
        "list_columns",
        "list_required_columns",
        "list_triggers",
        "list_unique_keys",
    },
}
NAMES = sorted({name for name, _ in load_statements()})


def dialects_of(name: str) -> set[str]:
    return {dialect for known, dialect in load_statements() if known == name}


def rendered(name: str, dialect: str, platform: Platform) -> str:
    return render(name, dialect, frozenset({**platform.sql_names, **OTHER_NAMES}.items()))


def fault_of(name: str, dialect: str, platform: Platform) -> str | None:
    try:
        sql = rendered(name, dialect, platform)
    except KeyError as unknown:
        return f"{unknown} is neither a name nor a statement"
    left = re.search(r"[{}].*|^\s*--.*", sql, re.MULTILINE)
    return f"{left[0]} is left" if left else None if sql else "is empty"


def test_every_statement_stands_in_both_dialects() -> None:
    only = {name: {dialect} for dialect, names in ONLY_IN.items() for name in names}
    offenders = {name: dialects_of(name) for name in NAMES if dialects_of(name) != only.get(name, set(MACROS))}
    assert not offenders, pformat(offenders)


def test_every_statement_renders_without_a_placeholder_left() -> None:
    faults = {
        (name, dialect, platform.key): fault_of(name, dialect, platform)
        for name, dialect in load_statements()
        for platform in PLATFORMS
    }
    offenders = {where: fault for where, fault in faults.items() if fault}
    assert not offenders, pformat(offenders)


def test_no_sqlite_text_takes_a_parameter_that_its_azure_text_lacks() -> None:
    parameters = {
        (name, dialect): set(re.findall(r":(\w+)", rendered(name, dialect, PLATFORMS[0])))
        for name, dialect in load_statements()
    }
    offenders = {
        name: lacking
        for name in NAMES
        if len(dialects_of(name)) == 2 and (lacking := parameters[name, "sqlite"] - parameters[name, "mssql"])
    }
    assert not offenders, pformat(offenders)


def test_platform_gives_every_name_that_statements_ask_for() -> None:
    assert {frozenset(platform.sql_names) for platform in PLATFORMS} == {frozenset(PLATFORMS[0].sql_names)}


@pytest.mark.parametrize("name", ["drop_everything", "list_requests"])
def test_unknown_statement_or_placeholder_is_refused(name: str) -> None:
    with pytest.raises(KeyError):
        render(name, "sqlite")


def test_union_stands_once_for_each_set_of_names_and_leaves_macros_to_the_database(statements_in: Path) -> None:
    (statements_in / "a.sql").write_text(
        "-- name: all_of\nSELECT {column} FROM {table} {before};\n-- name: before\nWHERE at < {TODAY}\n"
    )
    variants = [{"table": "{prefix}1", "prefix": "t", "column": "a"}, {"table": "t2", "column": "b"}]
    assert union_all("all_of", variants) == (
        "SELECT a FROM t1 WHERE at < {TODAY}\nUNION ALL\nSELECT b FROM t2 WHERE at < {TODAY}"
    )


def test_union_of_a_statement_that_differs_by_database_is_refused(statements_in: Path) -> None:
    (statements_in / "a.sql").write_text("-- name: all_of [mssql]\nSELECT 1;\n-- name: all_of [sqlite]\nSELECT 2;\n")
    with pytest.raises(ValueError, match="the same statement on every database"):
        union_all("all_of", [{}])


@pytest.fixture
def statements_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own for the loader."""
    monkeypatch.setattr(statements, "FOLDER", tmp_path)
    load_statements.cache_clear()
    yield tmp_path
    load_statements.cache_clear()


@pytest.mark.parametrize(
    "second", ["-- name: read_clock\n", "-- name: read_clock [sqlite]\n", "-- name: read_clock [mssql]\n"]
)
def test_name_that_stands_twice_is_refused(statements_in: Path, second: str) -> None:
    (statements_in / "a.sql").write_text("-- name: read_clock\nSELECT 1;\n")
    (statements_in / "b.sql").write_text(second + "SELECT 2;\n")
    with pytest.raises(ValueError, match=r"b\.sql defines the statement read_clock \[\w+\] a second time"):
        load_statements()


def test_comments_and_the_last_semicolon_are_left_out(statements_in: Path) -> None:
    (statements_in / "a.sql").write_text("-- About the file.\n\n-- name: one\n-- Why.\nSELECT 1,\n  -- inside\n  2;\n")
    assert load_statements() == {("one", "mssql"): "SELECT 1,\n  2", ("one", "sqlite"): "SELECT 1,\n  2"}
