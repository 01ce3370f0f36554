"""Opens once what all functions of one process share: settings, databases, telemetry."""

import gc
from dataclasses import dataclass, field

from config.settings import Settings, SettingsError
from config.telemetry import Telemetry
from sql.database import Database
from sql.errors import DatabaseUnavailableError, DatabaseUrlError

# Each of six runs holds its lock on one connection, and reads and records on two more; two count what they may send.
RUN_POOL_SIZE = 20
# A large run keeps many objects. Python's default, a collection after every 700 new ones, takes a fifth of its time.
GARBAGE_COLLECTION_THRESHOLD = 20_000


@dataclass(frozen=True)
class AppContext:
    """Runs have their own connections, so that runs and callers never wait for each other."""

    settings: Settings
    database: Database
    run_database: Database
    telemetry: Telemetry = field(default_factory=Telemetry)

    def close(self) -> None:
        """Closes the databases' connections."""
        self.database.close()
        self.run_database.close()


def open_app_context(settings: Settings) -> AppContext:
    """Opens the databases and the telemetry. Raises SettingsError when DATABASE_URL is unusable."""

    gc.set_threshold(GARBAGE_COLLECTION_THRESHOLD)

    def open_database(pool_size: int) -> Database:
        return Database(settings.database_url, pool_size=pool_size, require_tls=not settings.is_local)

    try:
        database, run_database = open_database(settings.database_pool_size), open_database(RUN_POOL_SIZE)
    except (DatabaseUrlError, DatabaseUnavailableError) as error:
        raise SettingsError(f"DATABASE_URL: {error}") from error
    telemetry = Telemetry(enabled=settings.python_applicationinsights_enable_telemetry)
    telemetry.trace_statements(database.engine)
    telemetry.trace_statements(run_database.engine)
    return AppContext(settings, database, run_database, telemetry)
