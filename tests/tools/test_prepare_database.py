"""The hook that prepares the database: the server's door is closed again, however the preparation ends."""

import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parents[2] / "tools" / "prepare_database.sh"
ADDRESS = "203.0.113.7"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000002"


def prepare(tmp_path: Path, pyodbc: str = "", **settings: str) -> tuple[int, list[str], str]:
    """The exit code, what was asked of Azure, and what was said.

    The database is one that has no users, so nothing can be granted; pyodbc is whatever module the test makes of it.
    """
    (tmp_path / "pyodbc.py").write_text(pyodbc)
    log = tmp_path / "az.log"
    log.touch()
    for name, does in {
        "az": f'echo "$@" >> {log}',
        "curl": f"echo {ADDRESS}",
        "make": "true",
        "sleep": "true",
    }.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "PYTHONPATH": str(tmp_path),
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
        "AZURE_RESOURCE_GROUP": "rg",
        "DATABASE_SERVER_NAME": "server",
        "DATABASE_URL": f"sqlite:///{tmp_path}/access.db",
        "APP_IDENTITY_NAME": "app",
        "APP_IDENTITY_CLIENT_ID": "00000000-0000-0000-0000-000000000001",
        **settings,
    }
    done = subprocess.run(["sh", str(SCRIPT)], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, log.read_text().splitlines(), done.stderr


def test_door_is_opened_to_one_address_and_closed_when_the_preparation_fails(tmp_path: Path) -> None:
    code, calls, _ = prepare(tmp_path)
    assert code == 1
    opening, closing = calls
    assert "firewall-rule create" in opening
    assert f"--start-ip-address {ADDRESS} --end-ip-address {ADDRESS}" in opening
    assert "firewall-rule delete" in closing
    assert all(f"--subscription {SUBSCRIPTION} " in call for call in calls)


def test_no_door_is_opened_where_the_database_is_private(tmp_path: Path) -> None:
    assert prepare(tmp_path, DATABASE_IS_PRIVATE="true")[:2] == (1, [])


def test_missing_driver_manager_is_named_before_any_door_is_opened(tmp_path: Path) -> None:
    reason = "libodbc.so.2: cannot open shared object file: No such file or directory"
    code, calls, said = prepare(tmp_path, pyodbc=f"raise ImportError({reason!r})")
    assert (code, calls) == (1, [])
    assert "sudo apt-get install unixodbc" in said
    assert "not ready yet" not in said


def test_nothing_is_done_without_what_azd_gives(tmp_path: Path) -> None:
    code, calls, _ = prepare(tmp_path, AZURE_RESOURCE_GROUP="")
    assert code != 0
    assert calls == []
