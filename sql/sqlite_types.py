"""Keeps SQLite's columns to the types that azure_sql.sql gives them, whatever program writes.

Triggers give a value that can be read the app's own form, and refuse any other. Rows from before them may hold such
values: they are rewritten where they can be read, and named where they cannot.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from sql.statements import render

# A type of azure_sql.sql, the statements that read its values, and the form to write them in.
_KINDS = {
    "datetime2": ("time", "a time. Write UTC, like 2030-01-31 12:00:00.000."),
    "uniqueidentifier": ("uuid", "a UUID. Write it with four hyphens."),
    "int": ("int", "a whole number."),
}
_MAX_NAMED_ROWS = 20


@dataclass(frozen=True)
class TypedTable:
    """A table, with the type of each column."""

    name: str
    columns: Mapping[str, str]

    @property
    def _rewritten(self) -> Mapping[str, str]:
        return {c: t for c, t in self.columns.items() if t in ("datetime2", "uniqueidentifier")}

    def triggers(self) -> Iterator[tuple[str, str]]:
        """Yields the name and the definition of each trigger."""
        for event in ("INSERT", "UPDATE"):
            name = f"TR_{self.name}_Types_{event.title()}"
            is_new = {c: f" AND NEW.{c} IS NOT OLD.{c}" if event == "UPDATE" else "" for c in self.columns}
            differ = " OR ".join(f"({_differs(f'NEW.{c}', t)}{is_new[c]})" for c, t in self.columns.items())
            refusals = "".join(
                f"    SELECT RAISE(ABORT, '{self.name}.{c} has a value that cannot be read as {_KINDS[t][1]}')\n"
                f"    WHERE NEW.{c} IS NOT NULL AND {_read(f'NEW.{c}', t)} IS NULL{is_new[c]};\n"
                for c, t in self.columns.items()
            )
            new_values = _new_values("NEW", self._rewritten)
            rewrite = f"UPDATE {self.name} SET {new_values} WHERE rowid = NEW.rowid"  # noqa: S608  names of the schema
            of_columns = f" OF {', '.join(self.columns)}" if event == "UPDATE" else ""
            yield (
                name,
                f"CREATE TRIGGER {name} AFTER {event}{of_columns} ON {self.name}\n"
                f"WHEN {differ}\nBEGIN\n{refusals}    {rewrite};\nEND",
            )

    @property
    def rewriting(self) -> str:
        """Returns the statement that gives the values that can be read the app's own form."""
        values = [(f"{self.name}.{c}", t) for c, t in self._rewritten.items()]
        differ = " OR ".join(f"({_differs(value, t)} AND {_read(value, t)} IS NOT NULL)" for value, t in values)
        names = {"table": self.name, "new_values": _new_values(self.name, self._rewritten), "differ": differ}
        return _sqlite("rewrite_readable_values", **names)

    def describe_unreadable(self, connection: Connection) -> Iterator[str]:
        """Yields a note for each column with values that cannot be read, without the values."""
        for column, type_name in self.columns.items():
            names = {"table": self.name, "value": column, "readable": _read(column, type_name)}
            rows = connection.exec_driver_sql(_sqlite("list_unreadable_values", **names)).scalars().all()
            if rows:
                some = ", ".join(map(str, rows[:_MAX_NAMED_ROWS])) + (", …" if len(rows) > _MAX_NAMED_ROWS else "")
                yield (
                    f"{self.name}.{column} has values (rows: {len(rows)}) that cannot be read as "
                    f"{_KINDS[type_name][1]} They are in the rows with the rowid {some}."
                )


def typed_tables(columns_of: Mapping[str, Iterable[tuple[str, str]]]) -> list[TypedTable]:
    """Returns the tables with those columns that have a type to keep to."""
    return [TypedTable(table, {c: t for c, t in columns if t in _KINDS}) for table, columns in columns_of.items()]


def _read(value: str, type_name: str) -> str:
    return _sqlite(f"reads_as_{_KINDS[type_name][0]}", value=value)


def _differs(value: str, type_name: str) -> str:
    """Returns the condition that a value is not in the app's own form."""
    return _sqlite(f"differs_from_{_KINDS[type_name][0]}", value=value)


def _new_values(row: str, columns: Mapping[str, str]) -> str:
    return ", ".join(f"{c} = COALESCE({_read(f'{row}.{c}', t)}, {row}.{c})" for c, t in columns.items())


def _sqlite(name: str, **names: str) -> str:
    return render(name, "sqlite", frozenset(names.items()))
