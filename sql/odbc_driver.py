"""Finds the Microsoft ODBC Driver 18: installed on the machine, or as the wheel mssql-python-odbc."""

import importlib.util
import platform
from pathlib import Path
from types import ModuleType

from sql.errors import DatabaseUrlError

DRIVER_NAME = "ODBC Driver 18 for SQL Server"
_WHEEL_PACKAGE = "mssql_python_odbc"
_WHEEL_LIBRARIES = ("libmsodbcsql-18*.so*", "libmsodbcsql.18.dylib")


def import_pyodbc() -> ModuleType:
    """Returns pyodbc without the driver manager's pool, which matches by connection string and would mix up tokens.

    Raises DatabaseUrlError, which says what to install.
    """
    try:
        import pyodbc
    except ImportError as error:
        message = f"pyodbc does not load ({error}). Install it with pip, and install Debian's unixodbc."
        raise DatabaseUrlError(message) from error
    pyodbc.pooling = False
    module: ModuleType = pyodbc
    return module


def find_driver(pyodbc: ModuleType) -> str:
    """Returns the driver's registered name, or its library's path. Raises DatabaseUrlError with what to install."""
    if DRIVER_NAME in pyodbc.drivers():
        return DRIVER_NAME
    library = _library_in_wheel()
    if library is None:
        raise DatabaseUrlError(
            f"{DRIVER_NAME} was not found. Install Microsoft's package msodbcsql18, or without root "
            "`pip install mssql-python-odbc`."
        )
    return str(library)


def _library_in_wheel() -> Path | None:
    """Finds the library in the wheel, which has one for each family of Linux distributions and processor."""
    spec = importlib.util.find_spec(_WHEEL_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    libraries = [path for pattern in _WHEEL_LIBRARIES for path in Path(spec.origin).parent.rglob(pattern)]
    machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    fitting = [path for path in libraries if machine in path.parts]
    return min(fitting, key=lambda path: _distribution_family() not in path.parts, default=None)


def _distribution_family() -> str:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return "macos"
    names = f"{release.get('ID', '')} {release.get('ID_LIKE', '')}"
    return next((family for family in ("rhel", "suse", "alpine") if family in names), "debian_ubuntu")
