"""checkov's rules hold for the templates; an exception has its reason."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # PyYAML brings no types

from tests.infra.templates import INFRA, ROOT

pytestmark = pytest.mark.slow
CONFIG = INFRA / ".checkov.yaml"
CHECKOV = ROOT / "tests" / "checkov" / ".venv" / "bin" / "checkov"


@pytest.fixture(scope="module")
def report() -> Any:
    """Without a network: what it says is what is installed."""
    if not CHECKOV.exists():
        pytest.skip("checkov is not installed: make test installs it")
    done = subprocess.run(
        [CHECKOV, "--config-file", CONFIG, "--output=json"], cwd=ROOT, capture_output=True, check=False
    )
    return json.loads(done.stdout)


def test_templates_break_no_rule(report: Any) -> None:
    assert report["results"]["parsing_errors"] == []
    assert report["summary"]["passed"] > 0
    assert [(check["check_id"], check["resource"]) for check in report["results"]["failed_checks"]] == []


def test_exception_beside_a_resource_has_a_reason_and_names_a_rule_that_looks_at_it(report: Any) -> None:
    used = {(check["check_id"], Path(check["file_path"]).name) for check in report["results"]["skipped_checks"]}
    written = {
        (line.partition("=")[2].partition(":")[0], file.name)
        for file in INFRA.glob("*.bicep")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "checkov:skip" in line
    }
    assert written == used
    assert all(check["check_result"]["suppress_comment"].strip() for check in report["results"]["skipped_checks"])


def test_exception_for_all_templates_has_a_reason() -> None:
    lines = [line for line in CONFIG.read_text(encoding="utf-8").splitlines() if "CKV_" in line]
    assert len(lines) == len(yaml.safe_load("\n".join(lines)))
    assert all(line.partition("#")[2].strip() for line in lines)
