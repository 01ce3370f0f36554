"""Our revoke flow against the specification's Step 5 taken literally."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from access.app_context import AppContext
from access.platforms import DATABRICKS
from access.settings import read_settings
from benchmarks.comparison import Comparison, Reach, progress, seconds_taken, show_seconds
from benchmarks.sizes import Sizes
from jobs.revoke_expired import REVOKED_BY, run_revoke_expired
from sql.database import Database
from sql.tsql_functions import register_tsql_functions

_EXPIRED = "Status = 'Active' AND Expires_On < GETUTCDATE()"
_INSERT = "INSERT INTO RevokedAccess_Databricks (DeltaRequestId, Revoked_Dt, Revoked_By) VALUES (?, GETUTCDATE(), ?)"


@dataclass(frozen=True)
class LiteralStep5:
    update_seconds: float
    insert_seconds: float
    inserted_count: int
    expired_count: int

    @property
    def is_extrapolated(self) -> bool:
        return self.inserted_count < self.expired_count

    @property
    def seconds(self) -> float:
        return self.update_seconds + self.insert_seconds * self.expired_count / self.inserted_count


def compare(sizes: Sizes, database_file: Path, request_count: int) -> list[Comparison]:
    """Each variant works on its own copy of the file."""
    progress("Revoking what has expired: our flow ...")
    ours, revoked_count = _ours(_copy(database_file, "ours"))
    progress("Revoking what has expired: the specification's Step 5 taken literally ...")
    literal = _literal(_copy(database_file, "literal"), sizes.literal_inserts, one_transaction=False)
    progress("Revoking what has expired: Step 5 in one transaction ...")
    together = _literal(_copy(database_file, "together"), sizes.literal_inserts, one_transaction=True)
    how = f" (from {literal.inserted_count} inserts)" if literal.is_extrapolated else ""
    what = f"revoking {revoked_count} of {request_count}"
    return [
        Comparison(
            what,
            show_seconds(ours),
            f"Step 5 literally: {show_seconds(literal.seconds)}{how}",
            literal.seconds / ours,
            Reach(">=", 30),
        ),
        Comparison(
            f"{what} (bare driver, nothing else kept)",
            show_seconds(ours),
            f"Step 5 in one transaction: {show_seconds(together.seconds)}",
            together.seconds / ours,
        ),
    ]


def _ours(file: Path) -> tuple[float, int]:
    settings = read_settings(database_url=f"sqlite:///{file}", revoke_delay_seconds=0)
    context = AppContext(settings, Database(settings.database_url, pool_size=settings.database_pool_size))
    responses = []
    seconds = seconds_taken(lambda: responses.append(run_revoke_expired(context, DATABRICKS, triggered_by="benchmark")))
    context.database.close()
    return seconds, responses[0].revoked_count


def _literal(file: Path, insert_count: int, *, one_transaction: bool) -> LiteralStep5:
    """Literally: Step 3 has collected the ids; Step 5 is one UPDATE of all expired rows, committed by itself, then

    for each id one INSERT, sent and committed by itself, as raw SQL on an open connection is without a transaction.
    The bare driver, the same pragmas as ours, and no fence, heartbeat or progress: every doubt favours the literal.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        register_tsql_functions(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        ids = connection.execute(f"SELECT id FROM DataAccessDeltaRequests WHERE {_EXPIRED}").fetchall()
        inserted = ids if one_transaction else ids[:insert_count]

        def insert_one_by_one() -> None:
            for (request_id,) in inserted:
                connection.execute(_INSERT, (request_id, REVOKED_BY))
            if one_transaction:
                connection.execute("COMMIT")

        if one_transaction:
            connection.execute("BEGIN IMMEDIATE")
        update = f"UPDATE DataAccessDeltaRequests SET Status = 'Revoked' WHERE {_EXPIRED}"
        update_seconds = seconds_taken(lambda: connection.execute(update))
        return LiteralStep5(update_seconds, seconds_taken(insert_one_by_one), len(inserted), len(ids))


def _copy(file: Path, name: str) -> Path:
    return Path(shutil.copy(file, file.with_name(f"revocation-{name}.db")))
