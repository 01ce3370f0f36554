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
    """pyodbc with the driver manager's pool off: it matches by connection string and would mix up tokens.

    Raises DatabaseUrlError, saying what to install.
    """
    try:
        import pyodbc
    except ImportError as error:
        message = f"pyodbc does not load ({error}): install it with pip, and Debian's unixodbc."
        raise DatabaseUrlError(message) from error
    pyodbc.pooling = False
    module: ModuleType = pyodbc
    return module


def find_driver(pyodbc: ModuleType) -> str:
    """The driver's registered name, or the path of its library. Raises DatabaseUrlError, saying what to install."""
    if DRIVER_NAME in pyodbc.drivers():
        return DRIVER_NAME
    library = _library_in_wheel()
    if library is None:
        raise DatabaseUrlError(
            f"No {DRIVER_NAME} was found: install Microsoft's package msodbcsql18, or without root "
            "`pip install mssql-python-odbc`."
        )
    return str(library)


def _library_in_wheel() -> Path | None:
    """The wheel carries one library per family of Linux distributions and per processor."""
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
