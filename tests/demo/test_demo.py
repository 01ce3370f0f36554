"""`make demo`, as a newcomer runs it, with its real delays."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo.jobs import JOBS, JobEnd

ROOT = Path(__file__).parents[2]
COMPLETED = {"status": "Completed"}
SCREEN_LINES = 45


def test_demo_shows_refusals_a_killed_server_and_the_history_on_one_screen_and_succeeds() -> None:
    demo = subprocess.run([sys.executable, "-m", "demo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert demo.stderr == ""
    lines = demo.stdout.splitlines()
    assert len(lines) < SCREEN_LINES
    assert sum(line.count("409 refused") for line in lines) == len(JOBS)
    assert not [line for line in lines if "✗" in line]
    for proof in ("and all are done", "takes over and reminds the other 5", "12 emails for 12 reminders"):
        assert any(line.startswith("  ✓ ") and proof in line for line in lines)
    for status in ("Completed", "Failed", "Abandoned"):
        assert any(line.split()[5:6] == [status] for line in lines)


def test_interrupted_demo_leaves_no_server(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "demo"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout
        assert any("started" in line for line in demo.stdout)
        demo.send_signal(signal.SIGTERM)
    marked = f"TMPDIR={tmp_path}".encode()
    assert not [file for file in Path("/proc").glob("[0-9]*/environ") if marked in _read(file)]
    assert list(tmp_path.iterdir()) == []


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize(
    ("status_code", "answer", "last_run", "is_right"),
    [
        (200, {"revokedCount": 3}, COMPLETED, True),
        (200, {"notifiedCount": 3, "failedCount": 0}, COMPLETED, True),
        (200, {"notifiedCount": 2, "failedCount": 1}, COMPLETED, False),
        (200, {"revokedCount": 2}, COMPLETED, False),
        (200, {"revokedCount": 3}, {"status": "Abandoned"}, False),
        (500, {}, {"status": "Failed"}, False),
    ],
)
def test_demo_tells_a_right_outcome_from_a_wrong_one(
    status_code: int, answer: dict[str, Any], last_run: dict[str, Any], is_right: bool
) -> None:
    assert JobEnd(JOBS[0], 3, status_code, answer, last_run).is_right is is_right
