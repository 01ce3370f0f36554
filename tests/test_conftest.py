"""The tests' own guard of the database that they empty."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("database", ["access", "test", "access_test2"])
def test_database_whose_name_does_not_end_in_test_is_refused(database: str) -> None:
    url = f"mssql+pyodbc://app:secret@127.0.0.1:1/{database}?TrustServerCertificate=yes"
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", "tests/test_dependencies.py"],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "TEST_MSSQL_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tests.returncode == pytest.ExitCode.USAGE_ERROR
    assert "must name a database that ends in _test" in tests.stderr
