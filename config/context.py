"""What all functions of one process share, opened once and handed down: its settings and its database."""

import gc
from dataclasses import dataclass

from config.settings import Settings, SettingsError
from sql.database import Database
from sql.errors import DatabaseUnavailableError, DatabaseUrlError

# Each of four runs holds its lock on one connection, and reads and records on two more.
RUN_POOL_SIZE = 12
# A large run keeps many objects; to look for garbage after every 700 new ones, Python's default, takes a fifth of it.
GARBAGE_COLLECTION_THRESHOLD = 20_000


@dataclass(frozen=True)
class AppContext:
    """Runs have connections of their own, so that neither they nor callers wait for each other's."""

    settings: Settings
    database: Database
    run_database: Database


def open_app_context(settings: Settings) -> AppContext:
    """Raises SettingsError when DATABASE_URL names no usable database."""

    gc.set_threshold(GARBAGE_COLLECTION_THRESHOLD)

    def open_database(pool_size: int) -> Database:
        return Database(settings.database_url, pool_size=pool_size, require_tls=not settings.is_local)

    try:
        return AppContext(settings, open_database(settings.database_pool_size), open_database(RUN_POOL_SIZE))
    except (DatabaseUrlError, DatabaseUnavailableError) as error:
        raise SettingsError(f"DATABASE_URL: {error}") from error
