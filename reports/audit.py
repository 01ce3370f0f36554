"""The audit: every decision of a period, the oldest first, as JSON or CSV."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal
from unicodedata import category
from urllib.parse import urlencode

from pydantic import ConfigDict, Field, TypeAdapter
from sqlalchemy import RowMapping

from access.addresses import without_blanks
from access.platforms import PLATFORMS, PLATFORMS_BY_KEY, PlatformKey
from api.call import TextAnswer
from api.cursor_codec import decode_cursor, encode_cursor
from api.errors import InvalidFieldsError
from api.iso_time import Moment, OptionalMoment
from api.listing import QueryString
from config.context import AppContext
from reports.models import AuditEvent, AuditEventKind, AuditPage
from sql.audit_records import audited
from sql.column_types import (
    from_sql_time,
    from_sql_time_or_none,
    from_sql_uuid,
    from_time_key,
    parse_time_key,
    time_text,
    to_sql_time,
    to_time_key,
)
from sql.statements import statement

PATH = "audit"
MAX_LIMIT = 10_000
# Tells spreadsheets that a file is UTF-8.
BYTE_ORDER_MARK = "\ufeff"
# These begin a formula, also in the width that East Asian keyboards write. The site has the same rule in text/csv.ts.
_FORMULA_SIGNS = frozenset(
    "=\uff1d\ufe66\u207c\u208c+\uff0b\ufe62\u207a\u208a\ufb29-\uff0d\ufe63\u207b\u208b\u2212@\uff20\ufe6b"
)
_LINE_ENDS = re.compile("(?<=[\n\r\v\f\x85\u2028\u2029])")
# These have the category of letters or symbols, but are invisible.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class AuditQuery(QueryString):
    descriptions: ClassVar[dict[str, str]] = {
        "from": "Only what was decided at this moment or later.",
        "to": "Only what was decided before this moment. Leave it out for everything until now.",
        "event": "Only decisions of this kind.",
        "platform": "Only decisions about this platform.",
        "format": (
            "`csv` answers a table. Its first page begins with a byte order mark and the headings, and `Link` leads to "
            "the next page."
        ),
        "limit": "The largest number of decisions on a page.",
        "cursor": "The `nextCursor` of the page before. Leave it out for the first page.",
    }

    from_: Moment = Field(alias="from")
    to: OptionalMoment = None
    event: AuditEventKind | None = None
    platform: PlatformKey | None = None
    format: Literal["json", "csv"] = "json"
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 1000
    cursor: Annotated[str | None, Field(max_length=2000)] = None


# The moment, number, key and source of a page's last decision, and the end of the period.
_CURSOR_PARTS = TypeAdapter(tuple[str, int, str, int, str], config=ConfigDict(strict=True))
_BEFORE_ALL_NUMBERS = -(2**31) - 1


@dataclass(frozen=True)
class _Position:
    """The decision after which a page begins, and the end of the period, which stays the same on all pages."""

    after_at: str
    after_number: int
    after_key: str
    after_source: int
    until: str

    @classmethod
    def decode(cls, text: str) -> "_Position":
        try:
            at, number, key, source, until = decode_cursor(text, _CURSOR_PARTS)
            if abs(number) < 2**32 and abs(source) < 2**31:
                return cls(parse_time_key(at), number, key, source, to_sql_time(from_sql_time(until)))
        except ValueError:
            pass  # forged
        raise InvalidFieldsError.of("cursor", "This cursor is not from the audit. Leave it out for the first page.")

    def after(self, row: RowMapping) -> "_Position":
        at = to_time_key(row["moment_text"])
        return _Position(at, row["record_number"], row["record_key"], row["source"], self.until)

    def encode(self) -> str:
        return encode_cursor([self.after_at, self.after_number, self.after_key, self.after_source, self.until])


def read_audit(context: AppContext, query: AuditQuery) -> AuditPage | TextAnswer:
    """Returns one page. Raises InvalidFieldsError for a cursor that is not from the audit."""
    if query.cursor:
        position = _Position.decode(query.cursor)
    else:
        until = query.to or context.database.utc_now()
        position = _Position(to_sql_time(query.from_), _BEFORE_ALL_NUMBERS, "", -1, to_sql_time(until))
    rows = _read_rows(context, query, position)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    next_cursor = position.after(rows[-1]).encode() if more else None
    # A moment that cannot be read belongs to no period. `python -m sql` names its record.
    events = [_to_event(row) for row in rows if from_sql_time_or_none(row["happened_at"])]
    if query.format == "json":
        return AuditPage(items=events, next_cursor=next_cursor)
    return TextAnswer(
        _as_csv(events, with_headings=query.cursor is None),
        "text/csv",
        _next_url(query, next_cursor),
        _file_name(query, position),
    )


def _read_rows(context: AppContext, query: AuditQuery, position: _Position) -> Sequence[RowMapping]:
    platforms = [
        (number, platform.sql_names)
        for number, platform in enumerate(PLATFORMS)
        if query.platform in (None, platform.key)
    ]
    with context.database.read() as connection:
        records = audited(platforms, query.event, connection.dialect.name)
        clause = statement("list_audit", connection, audited=records)
        from_key = from_time_key if connection.dialect.name == "sqlite" else time_text
        parameters = {**vars(position), "after_at": from_key(position.after_at), "limit": query.limit + 1}
        return connection.execute(clause, parameters).mappings().all()


def _to_event(row: RowMapping) -> AuditEvent:
    platform = PLATFORMS_BY_KEY[row["platform"]]
    ids = {name: row[name] and platform.from_sql_id(row[name]) for name in ("request_id", "successor_id")}
    fields: dict[str, Any] = {
        **row,
        **ids,
        "at": from_sql_time(row["happened_at"]),
        "email": row["email"] and without_blanks(row["email"]),
        "by": row["actor"],
        "job_id": row["job_id"] and from_sql_uuid(row["job_id"]),
    }
    return AuditEvent.model_validate(fields)


def _as_csv(events: Sequence[AuditEvent], *, with_headings: bool) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    if with_headings:
        text.write(BYTE_ORDER_MARK)
        table.writerow(field.alias for field in AuditEvent.model_fields.values())
    table.writerows([_cell(value) for _, value in event] for event in events)
    return text.getvalue()


def _cell(value: object) -> str:
    """Returns the text of a cell. An apostrophe keeps spreadsheets from reading a line of it as a formula."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    text = "" if value is None else str(value)
    cell = "".join(f"'{line}" if _begins_formula(line) else line for line in _LINE_ENDS.split(text))
    return f"'{cell}" if cell.startswith(("\t", "\r", "\n")) else cell


def _begins_formula(line: str) -> bool:
    """Tells whether the first visible character of a line is the sign of a formula."""
    visible = (each for each in line if category(each)[0] not in "CMZ" and each not in _FILLERS)
    return next(visible, None) in _FORMULA_SIGNS


def _file_name(query: AuditQuery, position: _Position) -> str:
    """Returns a name that says what is inside, such as `audit_databricks_revoked_2026-01-01_to_2026-02-01.csv`."""
    parts = ["audit", query.platform, query.event, f"{query.from_:%Y-%m-%d}", "to", position.until[: len("2026-01-31")]]
    return f"{'_'.join(part for part in parts if part)}.csv"


def _next_url(query: AuditQuery, next_cursor: str | None) -> str | None:
    if next_cursor is None:
        return None
    parameters = query.model_dump(mode="json", by_alias=True, exclude_none=True)
    return f"/api/{PATH}?{urlencode({**parameters, 'cursor': next_cursor})}"
