"""`make demo`, as a newcomer runs it, with its real delays."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo.__main__ import JOBS, Outcome
from jobs.job_types import JOB_TYPES

ROOT = Path(__file__).parents[2]
COMPLETED = {"status": "Completed"}


def test_demo_runs_all_jobs_at_once_refuses_each_second_trigger_and_succeeds() -> None:
    demo = subprocess.run([sys.executable, "-m", "demo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    refusals, outcomes = demo.stdout.partition("A second trigger")[2].split("\njob ")
    for job_type in JOB_TYPES:
        assert any(line.split()[:2] == [str(job_type), "409"] for line in refusals.splitlines())
        assert any(line.split()[:2] == [str(job_type), "Completed"] for line in outcomes.splitlines())


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
    assert Outcome(JOBS[0], 3, status_code, answer, 15.0, last_run).is_right is is_right
