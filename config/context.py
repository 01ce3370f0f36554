"""What all functions of one process share, opened once and handed down: settings, database, telemetry."""

import gc
from dataclasses import dataclass, field

from config.settings import Settings, SettingsError
from config.telemetry import Telemetry
from sql.database import Database
from sql.errors import DatabaseUnavailableError, DatabaseUrlError

# Each of six runs holds its lock on one connection, and reads and records on two more; two count what they may send.
RUN_POOL_SIZE = 20
# A large run keeps many objects; to look for garbage after every 700 new ones, Python's default, takes a fifth of it.
GARBAGE_COLLECTION_THRESHOLD = 20_000


@dataclass(frozen=True)
class AppContext:
    """Runs have connections of their own, so that neither they nor callers wait for each other's."""

    settings: Settings
    database: Database
    run_database: Database
    telemetry: Telemetry = field(default_factory=Telemetry)


def open_app_context(settings: Settings) -> AppContext:
    """Raises SettingsError when DATABASE_URL names no usable database."""

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
