"""Why tests of the driver are skipped, and what to do about it."""

import pytest

NO_DRIVER_MANAGER = "pyodbc needs the ODBC driver manager: sudo apt-get install unixodbc"


def _loads_pyodbc() -> bool:
    try:
        import pyodbc  # noqa: F401
    except ImportError:
        return False
    return True


needs_driver_manager = pytest.mark.skipif(not _loads_pyodbc(), reason=NO_DRIVER_MANAGER)
