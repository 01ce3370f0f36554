"""What the Makefile installs, and when again: with programs in place of pip, npm and uv that only note their calls."""

import os
import subprocess
from itertools import chain
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
SOURCES = {
    "INSTALLED": ["requirements.txt", "requirements-dev.txt"],
    "SITE_INSTALLED": ["static_web/package.json", "static_web/package-lock.json"],
    "AZURITE_INSTALLED": ["tests/azurite/package.json", "tests/azurite/package-lock.json"],
    "CHECKOV_INSTALLED": ["tests/checkov/requirements.txt"],
}
NOTE_THE_CALL = """#!/bin/sh
echo "${0##*/} $*" >> calls
! grep -qs "${0##*/} $1" failing
"""
PROGRAMS = ("python", "npm", "npx", "uv")
PACKAGES, SITE, AZURITE, CHECKOV = (
    ["python -m pip"],
    ["npm ci --no-audit", "npx --no-install vite"],
    ["npm ci --no-audit"],
    ["uv venv --quiet", "uv pip sync"],
)
STAMPS = " ".join(f"$({name})" for name in SOURCES)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """With nothing installed yet but the programs that install."""
    (tmp_path / "Makefile").symlink_to(ROOT / "Makefile")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in PROGRAMS:
        text = NOTE_THE_CALL.replace("calls", f"{tmp_path}/calls").replace("failing", f"{tmp_path}/failing")
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    for source in chain(*SOURCES.values()):
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source).write_text("first")
    for folder in ("static_web/node_modules", "tests/azurite/node_modules", "tests/checkov/.venv"):
        (tmp_path / folder).mkdir()
    return tmp_path


def write(file: Path, text: str) -> None:
    """After all that is there, however coarse the file system's clock is."""
    file.write_text(text)
    later = file.stat().st_mtime + 60
    os.utime(file, (later, later))


def install(project: Path) -> list[str]:
    """What was called for all that can be installed."""
    (project / "calls").write_text("")
    make = ["make", f"--eval=everything: ; @$(MAKE) --no-print-directory {STAMPS}", "everything"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    subprocess.run(make, cwd=project, env=environment, capture_output=True, check=False)
    calls = [line.split() for line in (project / "calls").read_text().splitlines()]
    return [" ".join(call[:3]) for call in calls if call[1] != "-c"]


def test_everything_is_installed_once(project: Path) -> None:
    assert install(project) == PACKAGES + SITE + AZURITE + CHECKOV
    assert install(project) == []


def test_nothing_is_installed_again_for_a_file_that_was_only_checked_out(project: Path) -> None:
    install(project)
    for source in chain(*SOURCES.values()):
        write(project / source, "first")
    assert install(project) == []


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ("requirements.txt", PACKAGES),
        ("requirements-dev.txt", PACKAGES),
        ("static_web/package-lock.json", SITE),
        ("tests/azurite/package-lock.json", AZURITE),
        ("tests/checkov/requirements.txt", CHECKOV),
    ],
)
def test_what_a_changed_file_names_is_installed_again(project: Path, source: str, called: list[str]) -> None:
    install(project)
    write(project / source, "second")
    assert install(project) == called
    assert install(project) == []


def test_installation_that_failed_is_tried_again_although_its_file_is_as_it_was(project: Path) -> None:
    install(project)
    write(project / "requirements.txt", "second")
    (project / "failing").write_text("python -m")
    assert install(project) == PACKAGES
    (project / "failing").unlink()
    write(project / "requirements.txt", "first")
    assert install(project) == PACKAGES
