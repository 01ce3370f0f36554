"""What `make` says of a Python that cannot carry the project."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "check_python.sh"


def check(python: Path | str) -> tuple[int, str]:
    """The exit code, and what it says."""
    done = subprocess.run(["sh", str(SCRIPT), str(python)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def python_that(tmp_path: Path) -> Callable[[str], Path]:
    """This Python, changed by a line of code before it runs what it is asked to."""

    def make(change: str) -> Path:
        program = tmp_path / "python3"
        program.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'import sys; {change}; exec(sys.argv[2])' \"$@\"\n")
        program.chmod(0o755)
        return program

    return make


def test_fitting_python_passes_without_a_word() -> None:
    assert check(sys.executable) == (0, "")


def test_missing_python_is_named_with_the_way_to_choose_another() -> None:
    code, said = check("python3.99")
    assert code != 0
    assert said.count("\n") == 1
    assert "python3.99 was not found" in said
    assert "PYTHON=" in said


def test_too_old_python_is_named_with_its_version_and_the_way_to_choose_another(
    python_that: Callable[[str], Path],
) -> None:
    code, said = check(python_that("sys.version_info = (3, 10, 14)"))
    assert code != 0
    assert said.count("\n") == 1
    assert "Python 3.11 or later is needed" in said
    assert "is 3.10. " in said
    assert "PYTHON=" in said


def test_python_without_venv_says_which_package_brings_it(python_that: Callable[[str], Path]) -> None:
    code, said = check(python_that('sys.modules["ensurepip"] = None'))
    assert code != 0
    assert f"python{sys.version_info.major}.{sys.version_info.minor}-venv" in said
