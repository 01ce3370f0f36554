"""Chooses the database that the demo fills and clears: the SQLite file of the settings, or another by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from config.settings import SettingsError, read_settings
from local_host.local_settings import LocalSettingsError, load_local_settings
from sql.database import Database
from sql.errors import DatabaseUnavailableError, DatabaseUrlError


class DemoTargetError(Exception):
    """The demo may not or cannot use this database. The message says what to do."""


@dataclass(frozen=True)
class DemoTarget:
    url: URL

    @classmethod
    def named(cls, url: str) -> Self:
        """Reads a database URL. Raises DemoTargetError."""
        try:
            return cls(make_url(url))
        except ArgumentError as error:
            message = "This is not a database URL. Write one like sqlite:///access_requests.db."
            raise DemoTargetError(message) from error

    @classmethod
    def from_settings(cls, folder: Path) -> Self:
        """Reads the folder's settings. Raises DemoTargetError."""
        try:
            load_local_settings(folder)
            return cls.named(read_settings().database_url)
        except (LocalSettingsError, SettingsError) as error:
            raise DemoTargetError(str(error)) from error

    def __str__(self) -> str:
        return str(self.sqlite_file or self.url.render_as_string(hide_password=True))

    @property
    def sqlite_file(self) -> Path | None:
        is_sqlite = self.url.get_backend_name() == "sqlite"
        return Path(self.url.database) if is_sqlite and self.url.database else None

    def require_sqlite_file(self) -> Path:
        """Returns the SQLite file. Raises DemoTargetError for another database."""
        if self.sqlite_file is None:
            raise DemoTargetError(
                f"DATABASE_URL names {self}, which is not a local SQLite file. To fill it with demo data, "
                "run python -m demo.data DATABASE_URL."
            )
        return self.sqlite_file

    @contextmanager
    def open(self) -> Iterator[Database]:
        """Opens the database for the block. Raises DemoTargetError."""
        try:
            database = Database(self.url.render_as_string(hide_password=False))
        except (DatabaseUrlError, DatabaseUnavailableError) as error:
            raise DemoTargetError(f"DATABASE_URL: {error}") from error
        try:
            yield database
        finally:
            database.close()
