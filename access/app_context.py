"""What all functions of one process share: its settings and its database, opened once."""

from dataclasses import dataclass, field
from functools import cache
from threading import Lock

from access.platforms import Platform
from access.repository import AccessRequestRepository
from access.settings import Settings, SettingsError, read_settings
from access.totals import Totals
from sql.database import Database
from sql.errors import DatabaseUnavailableError, DatabaseUrlError


@dataclass(frozen=True)
class AppContext:
    settings: Settings
    database: Database
    totals: Totals = field(default_factory=Totals)

    def repository(self, platform: Platform) -> AccessRequestRepository:
        return AccessRequestRepository(platform, self.database, self.totals)


def open_app_context(settings: Settings) -> AppContext:
    """Raises SettingsError when DATABASE_URL names no usable database."""
    try:
        database = Database(settings.database_url, pool_size=settings.database_pool_size, require_tls=settings.in_azure)
    except (DatabaseUrlError, DatabaseUnavailableError) as error:
        raise SettingsError(f"DATABASE_URL: {error}") from error
    return AppContext(settings, database)


_opening = Lock()


@cache
def _context() -> AppContext:
    return open_app_context(read_settings())


def app_context() -> AppContext:
    """This process's context; functions run in threads, so only one of them opens it."""
    with _opening:
        return _context()
