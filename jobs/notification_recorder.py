"""Records the reminders that were sent: those that finish together in one transaction, one at a time on failure."""

import asyncio

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from access.platforms import Platform
from jobs.errors import JobLockLostError
from jobs.held_run import HeldRun
from jobs.mail.message import DueNotification
from sql.database import Database
from sql.errors import DatabaseUnavailableError
from sql.statements import statement

GATHER_SECONDS = 0.02
MAX_GROUP_SIZE = 1000


class NotificationRecorder:
    """Used on one event loop; at most one transaction is under way at a time, on a thread."""

    def __init__(self, database: Database, platform: Platform, job: HeldRun) -> None:
        self._database = database
        self._platform = platform
        self._job = job
        self._waiting: list[tuple[DueNotification, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def record(self, notification: DueNotification) -> None:
        """Returns once the record is committed, or was there before.

        Raises JobLockLostError, or what the database said.
        """
        recorded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((notification, recorded))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await recorded

    async def _flush(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER_SECONDS)
            group, self._waiting = self._waiting[:MAX_GROUP_SIZE], self._waiting[MAX_GROUP_SIZE:]
            errors = await asyncio.to_thread(self._write, [notification for notification, _ in group])
            if isinstance(errors[-1], DatabaseUnavailableError):
                # Those who wait have waited as long; trying again for each group could outlast the host's patience.
                group, self._waiting = group + self._waiting, []
                errors += [errors[-1]] * (len(group) - len(errors))
            for (_, recorded), error in zip(group, errors, strict=True):
                if recorded.cancelled():
                    continue
                if error is None:
                    recorded.set_result(None)
                else:
                    recorded.set_exception(error)
        self._flushing = None

    def _write(self, group: list[DueNotification]) -> list[Exception | None]:
        """Writes all in one transaction; when that fails, each in its own, so that one failure fails one."""
        try:
            self._insert(group)
        except (JobLockLostError, DatabaseUnavailableError) as error:
            return [error] * len(group)
        except Exception as error:
            if len(group) > 1:
                return self._write_one_by_one(group)
            if not self._is_on_record(group[0], error):
                return [error]
        self._job.processed_count += len(group)
        return [None] * len(group)

    def _write_one_by_one(self, group: list[DueNotification]) -> list[Exception | None]:
        """Gives up on the rest when the lock is lost or the database stays away: each try would take its full time."""
        errors: list[Exception | None] = []
        for notification in group:
            [error] = self._write([notification])
            errors.append(error)
            if isinstance(error, JobLockLostError | DatabaseUnavailableError):
                return errors + [error] * (len(group) - len(errors))
        return errors

    def _insert(self, group: list[DueNotification]) -> None:
        def insert(connection: Connection) -> None:
            self._job.fence(connection, newly_processed=len(group))
            connection.execute(
                statement("insert_notification", connection, **self._platform.sql_names),
                [
                    {
                        "request_id": notification.request_id,
                        "notification_type": notification.reminder,
                        "notified_email": notification.email,
                        "job_id": self._job.job_id,
                    }
                    for notification in group
                ],
            )

        self._database.run_transaction(insert, repeatable=True)

    def _is_on_record(self, notification: DueNotification, error: Exception) -> bool:
        """Whether the insert failed because the reminder had been recorded before; False if nobody can tell."""
        if not isinstance(error, IntegrityError):
            return False
        parameters = {"request_id": notification.request_id, "notification_type": notification.reminder}
        try:
            with self._database.read() as connection:
                clause = statement("find_notification", connection, **self._platform.sql_names)
                return connection.execute(clause, parameters).first() is not None
        except (SQLAlchemyError, DatabaseUnavailableError):
            return False
