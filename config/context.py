"""What all functions of one process share, opened once and handed down: its settings and its database."""

from dataclasses import dataclass, field

from config.settings import Settings, SettingsError
from config.totals import Totals
from sql.database import Database
from sql.errors import DatabaseUnavailableError, DatabaseUrlError


@dataclass(frozen=True)
class AppContext:
    settings: Settings
    database: Database
    totals: Totals = field(default_factory=Totals)


def open_app_context(settings: Settings) -> AppContext:
    """Raises SettingsError when DATABASE_URL names no usable database."""
    try:
        database = Database(settings.database_url, pool_size=settings.database_pool_size, require_tls=settings.in_azure)
    except (DatabaseUrlError, DatabaseUnavailableError) as error:
        raise SettingsError(f"DATABASE_URL: {error}") from error
    return AppContext(settings, database)
