"""Loads the named T-SQL statements from the .sql files beside this module and fits them to a database.

A statement stands under `-- name: verb_noun`. Where SQLite cannot be taught, it stands twice, as
`-- name: verb_noun [mssql]` and `-- name: verb_noun [sqlite]`. `{PLACEHOLDERS}` in capitals are the macros
below; `{lower_case}` ones are names from the caller's constants, or another statement of that name.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, TextClause, text

MACROS = {
    "mssql": {
        "DAY": "DAY",
        "HOUR": "HOUR",
        "MINUTE": "MINUTE",
        "MILLISECOND": "MILLISECOND",
        "TODAY": "CAST(GETUTCDATE() AS date)",
        # With all the digits of the finest column, of which a datetime would read three only.
        "AFTER_AT": "CAST(:after_at AS datetime2(7))",
        "FIRST_ROWS": "OFFSET 0 ROWS FETCH NEXT :limit ROWS ONLY",
        "ROWS_FROM_START": "OFFSET :start ROWS FETCH NEXT :limit ROWS ONLY",
        "WALK": "",
        "NO_INDEX": "",
    },
    "sqlite": {
        "DAY": "'day'",
        "HOUR": "'hour'",
        "MINUTE": "'minute'",
        "MILLISECOND": "'millisecond'",
        "TODAY": "(SELECT substr(GETUTCDATE(), 1, 10))",
        "AFTER_AT": ":after_at",
        "FIRST_ROWS": "LIMIT :limit",
        "ROWS_FROM_START": "LIMIT :limit OFFSET :start",
        "WALK": "",
        # Before a column: keeps its index out of the plan.
        "NO_INDEX": "+",
    },
}

_NAME_LINE = re.compile(r"^-- name: (\w+)(?: \[(\w+)\])?$", re.MULTILINE)
_COMMENT_LINE = re.compile(r"^\s*--.*\n?", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def load_statements() -> dict[tuple[str, str], str]:
    """Every statement's text by (name, dialect), for both dialects; ValueError when a name stands twice."""
    statements: dict[tuple[str, str], str] = {}
    for path in sorted(Path(__file__).parent.glob("*.sql")):
        _, *parts = _NAME_LINE.split(path.read_text(encoding="utf-8"))
        for name, only_dialect, body in zip(parts[0::3], parts[1::3], parts[2::3], strict=True):
            for dialect in [only_dialect] if only_dialect else MACROS:
                if (name, dialect) in statements:
                    raise ValueError(f"{path.name} names the statement {name} [{dialect}] a second time.")
                statements[name, dialect] = _COMMENT_LINE.sub("", body).strip().rstrip(";")
    return statements


@cache
def render(name: str, dialect: str, names: frozenset[tuple[str, str]] = frozenset()) -> str:
    """The statement's SQL for a dialect; KeyError when the statement or one of its placeholders is unknown."""
    known = dict(names)

    def fill(match: re.Match[str]) -> str:
        placeholder = match[1]
        if placeholder in known:
            return _PLACEHOLDER.sub(fill, known[placeholder])
        if placeholder in MACROS[dialect]:
            return MACROS[dialect][placeholder]
        return _PLACEHOLDER.sub(fill, load_statements()[placeholder, dialect])

    return _PLACEHOLDER.sub(fill, load_statements()[name, dialect])


@cache
def _clause(name: str, dialect: str, names: frozenset[tuple[str, str]]) -> TextClause:
    return text(render(name, dialect, names))


def union_all(name: str, variants: Iterable[Mapping[str, str]]) -> str:
    """The SELECT of that name once for each set of names, to stand in another statement as one of its own names."""
    return "\nUNION ALL\n".join(_fill_known(_on_every_database(name), names) for names in variants)


def _fill_known(text: str, names: Mapping[str, str]) -> str:
    """Fills in names and other statements; macros are left to `render`."""

    def fill(match: re.Match[str]) -> str:
        placeholder = match[1]
        if placeholder in names:
            return _fill_known(names[placeholder], names)
        if placeholder in MACROS["mssql"]:
            return match[0]
        return _fill_known(_on_every_database(placeholder), names)

    return _PLACEHOLDER.sub(fill, text)


def _on_every_database(name: str) -> str:
    texts = {load_statements()[name, dialect] for dialect in MACROS}
    if len(texts) > 1:
        raise ValueError(f"{name} must be the same statement on every database.")
    return texts.pop()


def statement(name: str, connection: Connection, **names: str) -> TextClause:
    """The named statement, ready for `connection.execute`; `names` are constants of the code, never input."""
    return _clause(name, connection.dialect.name, frozenset(names.items()))


def seek_statement(name: str, connection: Connection, **names: str) -> TextClause:
    """A statement that SQLite is to serve by ids or by a person: {WALK} keeps it from walking through a status."""
    return statement(name, connection, **names, WALK="{NO_INDEX}")
