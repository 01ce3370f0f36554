"""Our revoke flow against its two bare statements in one transaction, and against the specification's plain Step 5."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import uuid4

from access.platforms import DATABRICKS
from benchmarks.comparison import Comparison, Reach, progress, seconds_taken, show_seconds
from benchmarks.workspace import Workspace
from config.context import open_app_context
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.request import RunRequest
from jobs.revocations.run import REVOKED_BY, run_revoke_expired
from sql.sqlite import PAGE_CACHE_KIBIBYTES
from sql.tsql_functions import register_tsql_functions

REQUEST = RunRequest(JobType(JobKind.REVOKE_EXPIRED, DATABRICKS), "benchmark")

_EXPIRED = "Status = 'Active' AND Expires_On < GETUTCDATE()"
_UPDATE = f"UPDATE DataAccessDeltaRequests SET Status = 'Revoked' WHERE {_EXPIRED}"
_INSERT = "INSERT INTO RevokedAccess_Databricks (DeltaRequestId, Revoked_Dt, Revoked_By) VALUES (?, GETUTCDATE(), ?)"


@dataclass(frozen=True)
class Step5:
    update_seconds: float
    insert_seconds: float
    inserted_count: int
    expired_count: int

    @property
    def seconds(self) -> float:
        """Returns the time for all expired requests, estimated from those inserted."""
        return self.update_seconds + self.insert_seconds * self.expired_count / self.inserted_count


def compare(workspace: Workspace) -> Iterator[Comparison]:
    """Measures each on a fresh copy of the file, in rounds, since a disk's time for a commit varies."""
    sizes = workspace.sizes
    file = workspace.databases(sizes.many_requests, [DATABRICKS])[DATABRICKS]
    ours, bare = [], []
    for number in range(1, sizes.revocation_rounds + 1):
        progress(f"Revoking expired requests, round {number} of {sizes.revocation_rounds} ...")
        with _copy(file) as copy:
            ours.append(_ours(copy))
        with _copy(file) as copy:
            bare.append(_two_statements(copy))
    with _copy(file) as copy:
        literal = _step_5(copy, sizes.literal_inserts)
    what = f"revoking {literal.expired_count:,} of {sizes.many_requests:,}"
    our_seconds, bare_seconds = median(ours), median(bare)
    yield Comparison(
        what,
        show_seconds(our_seconds),
        f"two statements, one transaction: {show_seconds(bare_seconds)}",
        our_seconds / bare_seconds,
        Reach("<=", 1.15),
        "the UPDATE and the commit of each batch, which take 95 % of it",
    )
    commit_seconds = literal.insert_seconds / literal.inserted_count
    yield Comparison(
        "  the same",
        show_seconds(our_seconds),
        f"Step 5 literally: {show_seconds(literal.seconds)}",
        literal.seconds / our_seconds,
        note=f"an INSERT with its commit takes {show_seconds(commit_seconds)}, mean of {literal.inserted_count:,}",
    )


def _ours(file: Path) -> float:
    settings = read_settings(database_url=f"sqlite:///{file}", revoke_delay_seconds=0)
    with closing(open_app_context(settings)) as context:
        return seconds_taken(lambda: run_revoke_expired(context, REQUEST))


def _two_statements(file: Path) -> float:
    """Inserts the records and updates the rows with the bare driver, without fence, heartbeat or progress."""
    record = (
        "INSERT INTO RevokedAccess_Databricks (DeltaRequestId, Revoked_Dt, Revoked_By, Job_Id) "
        f"SELECT id, (SELECT GETUTCDATE()), ?, ? FROM DataAccessDeltaRequests WHERE {_EXPIRED}"
    )
    with _open(file) as connection:

        def revoke() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(record, (REVOKED_BY, str(uuid4())))
            connection.execute(_UPDATE)
            connection.execute("COMMIT")

        return seconds_taken(revoke)


def _step_5(file: Path, insert_count: int) -> Step5:
    """Does one UPDATE of all expired rows, and one INSERT for each id that Step 3 collected.

    Each statement commits by itself, like raw SQL on an open connection without a transaction.
    """
    with _open(file) as connection:
        ids = connection.execute(f"SELECT id FROM DataAccessDeltaRequests WHERE {_EXPIRED}").fetchall()
        inserted = ids[:insert_count]

        def insert_one_by_one() -> None:
            for (request_id,) in inserted:
                connection.execute(_INSERT, (request_id, REVOKED_BY))

        update_seconds = seconds_taken(lambda: connection.execute(_UPDATE))
        return Step5(update_seconds, seconds_taken(insert_one_by_one), len(inserted), len(ids))


@contextmanager
def _open(file: Path) -> Iterator[sqlite3.Connection]:
    """Opens the file with the bare driver, and a cache of the same size as ours."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        register_tsql_functions(connection)
        connection.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KIBIBYTES}")
        yield connection


@contextmanager
def _copy(file: Path) -> Iterator[Path]:
    """Yields a copy that is on disk before the timing begins, so that no measurement includes writing it."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        copy = Path(shutil.copy(file, folder))
        with copy.open("rb") as opened:
            os.fsync(opened.fileno())
        yield copy
