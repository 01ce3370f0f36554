"""Loads the named T-SQL statements from the .sql files beside this module and fits them to a database.

A statement stands under `-- name: verb_noun`. If the databases need different SQL, it stands twice, as
`-- name: verb_noun [mssql]` and `-- name: verb_noun [sqlite]`.

`{PLACEHOLDERS}` in capitals are the macros below. `{lower_case}` ones are names from the caller's constants, or
other statements, which are fragments. `{fragment of x}` fills in `x` for the fragment's `{row}`.
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, TextClause, text

from sql.conditions import BLANKS, NOT_IN_AN_ADDRESS

MACROS = {
    "mssql": {
        "DAY": "DAY",
        "MINUTE": "MINUTE",
        "MILLISECOND": "MILLISECOND",
        "TODAY": "CAST(GETUTCDATE() AS date)",
        # This type keeps all the digits of the finest column. A datetime would keep only three.
        "AFTER_AT": "CAST(:after_at AS datetime2(7))",
        "BLANKS": f"N'{BLANKS}'",
        "NOT_IN_AN_ADDRESS": f"N'{NOT_IN_AN_ADDRESS}'",
        "AS_MANY_SEMICOLONS": f"N'{';' * len(NOT_IN_AN_ADDRESS)}'",
        "FIRST_ROWS": "OFFSET 0 ROWS FETCH NEXT :limit ROWS ONLY",
        "ROWS_FROM_START": "OFFSET :start ROWS FETCH NEXT :limit ROWS ONLY",
    },
    "sqlite": {
        "DAY": "'day'",
        "MINUTE": "'minute'",
        "MILLISECOND": "'millisecond'",
        "TODAY": "(SELECT substr(GETUTCDATE(), 1, 10))",
        "AFTER_AT": ":after_at",
        "BLANKS": f"'{BLANKS}'",
        "NOT_IN_AN_ADDRESS": f"'*[{NOT_IN_AN_ADDRESS}]*'",
        "FIRST_ROWS": "LIMIT :limit",
        "ROWS_FROM_START": "LIMIT :limit OFFSET :start",
    },
}

FOLDER = Path(__file__).parent

_NAME_LINE = re.compile(r"^-- name: (\w+)(?: \[(\w+)\])?$", re.MULTILINE)
COMMENT_LINE = re.compile(r"^\s*--.*\n?", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{(\w+)(?: of (\+?\w+))?\}")


@cache
def load_statements() -> dict[tuple[str, str], str]:
    """Returns all statements' texts by (name, dialect), for both dialects. Raises ValueError if a name stands twice."""
    statements: dict[tuple[str, str], str] = {}
    for path in sorted(FOLDER.glob("*.sql")):
        _, *parts = _NAME_LINE.split(path.read_text(encoding="utf-8"))
        for name, only_dialect, body in zip(parts[0::3], parts[1::3], parts[2::3], strict=True):
            for dialect in [only_dialect] if only_dialect else MACROS:
                if (name, dialect) in statements:
                    raise ValueError(f"{path.name} defines the statement {name} [{dialect}] a second time.")
                statements[name, dialect] = COMMENT_LINE.sub("", body).strip().rstrip(";")
    return statements


@cache
def render(name: str, dialect: str, names: frozenset[tuple[str, str]] = frozenset()) -> str:
    """Returns the statement's SQL for a dialect. Raises KeyError for an unknown statement or placeholder."""
    known = MACROS[dialect] | dict(names)

    def text_of(placeholder: str) -> str:
        return known[placeholder] if placeholder in known else load_statements()[placeholder, dialect]

    return _fill(load_statements()[name, dialect], text_of, known)


def _fill(
    text: str,
    text_of: Callable[[str], str],
    rows: Mapping[str, str],
    row: str | None = None,
    left: Container[str] = (),
) -> str:
    """Fills in all placeholders except those `left`, also inside fragments.

    `row` is the text's own name of its row. `rows` may give rows another spelling.
    """

    def fill(match: re.Match[str]) -> str:
        placeholder, of_row = match.groups()
        if placeholder in left:
            return match[0]
        if placeholder == "row" and row:
            return row
        return _fill(text_of(placeholder), text_of, rows, row if of_row == "row" else rows.get(of_row, of_row), left)

    return _PLACEHOLDER.sub(fill, text)


@cache
def _clause(name: str, dialect: str, names: frozenset[tuple[str, str]]) -> TextClause:
    return text(render(name, dialect, names))


def union_all(name: str, variants: Iterable[Mapping[str, str]]) -> str:
    """Returns the named SELECT once for each set of names, as text to fill into another statement.

    `render` fills in the macros later.
    """

    def select(names: Mapping[str, str]) -> str:
        def text_of(placeholder: str) -> str:
            return names[placeholder] if placeholder in names else _on_every_database(placeholder)

        return _fill(text_of(name), text_of, names, left=MACROS["mssql"])

    return "\nUNION ALL\n".join(map(select, variants))


def _on_every_database(name: str) -> str:
    texts = {load_statements()[name, dialect] for dialect in MACROS}
    if len(texts) > 1:
        raise ValueError(f"{name} must be the same statement on every database.")
    return texts.pop()


def statement(name: str, connection: Connection, **names: str) -> TextClause:
    """Returns the named statement, ready for `connection.execute`. `names` are constants of the code, never input."""
    return _clause(name, connection.dialect.name, frozenset(names.items()))
