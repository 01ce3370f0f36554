"""The locked dependencies: exact, with hashes, and free of whatever machine they were locked on."""

import itertools
import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def locked(name: str) -> dict[str, list[str]]:
    """The versions of each package in a lock file, which says one for each range of Pythons."""
    pins = re.findall(r"^([\w.-]+)==([^ ]+)", (ROOT / name).read_text(), flags=re.MULTILINE)
    versions: dict[str, list[str]] = {}
    for package, version in pins:
        versions.setdefault(package, []).append(version)
    return versions


def direct(name: str) -> list[Requirement]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "tests/checkov/requirements"])
def test_every_direct_dependency_is_locked_to_a_version_that_it_allows(name: str) -> None:
    versions = locked(f"{name}.txt")
    for requirement in direct(f"{name}.in"):
        assert versions[requirement.name.lower()]
        assert all(requirement.specifier.contains(version) for version in versions[requirement.name.lower()])


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "tests/checkov/requirements.txt"])
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if not line.lstrip().startswith("#")]
    for line, following in itertools.pairwise(lines):
        assert not line[0].isalpha() or following.startswith("    --hash=sha256:"), line
        assert line[0].isalpha() or line.startswith("    --hash=sha256:"), line


def test_development_tests_what_production_installs() -> None:
    production, development = locked("requirements.txt"), locked("requirements-dev.txt")
    assert production.items() <= development.items()


def test_packages_of_the_site_have_hashes_and_no_address() -> None:
    packages = json.loads((ROOT / "static_web" / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert name == "" or package["integrity"].startswith("sha512-")
        assert "resolved" not in package
