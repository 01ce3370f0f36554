"""Demo data goes into the local SQLite file, and into another database only when that is named."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from demo.start import prepare_data
from demo.target import DemoTarget, DemoTargetError
from tests.local_host.processes import EXAMPLE, environment

SERVER = "mssql+pyodbc://app:secret@db.example/access"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(EXAMPLE, tmp_path)
    return tmp_path


def run_module(folder: Path, module: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
    )


def stored_requests(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM DataAccessPalantirRequests").fetchone()[0])


def test_sqlite_file_of_the_settings_is_filled(folder: Path) -> None:
    loaded = run_module(folder, "demo.data")
    assert loaded.stdout == "Loaded the demo data into access_requests.db.\n", loaded.stderr
    assert stored_requests(folder / "access_requests.db") == 74


@pytest.mark.parametrize("module", ["demo.data", "demo.reset"])
def test_other_database_is_refused_unless_it_is_named(folder: Path, module: str) -> None:
    refused = run_module(folder, module, DATABASE_URL=SERVER)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "DATABASE_URL names mssql+pyodbc://app:***@db.example/access" in refused.stderr


def test_named_database_is_filled_whatever_the_settings_say(folder: Path) -> None:
    loaded = run_module(folder, "demo.data", "sqlite:///named.db", DATABASE_URL=SERVER)
    assert loaded.returncode == 0, loaded.stderr
    assert stored_requests(folder / "named.db") == 74


def test_start_leaves_a_server_alone() -> None:
    assert "demo data goes only into a local SQLite file" in prepare_data(DemoTarget.named(SERVER))


def test_malformed_url_is_refused_in_a_sentence() -> None:
    with pytest.raises(DemoTargetError, match=r"not a database URL\. Write one like"):
        DemoTarget.named("nonsense")
