"""What the audit makes of the registries' reports."""

import pytest

from tools import audit
from tools.audit import npm_findings, python_findings


def dependency(**fields: object) -> dict[str, object]:
    return {"name": "left-pad", "version": "1.0", "vulns": [], **fields}


def test_known_vulnerability_is_named() -> None:
    report = {"dependencies": [dependency(), dependency(vulns=[{"id": "CVE-2026-1"}])]}
    assert python_findings(report) == ["left-pad 1.0: CVE-2026-1"]
    assert npm_findings({"vulnerabilities": {"left-pad": {"severity": "high"}}}) == ["left-pad: high"]


def test_nothing_known_is_no_finding() -> None:
    assert python_findings({"dependencies": [dependency()]}) == []
    assert npm_findings({"vulnerabilities": {}}) == []


def test_registry_that_tells_nothing_is_not_taken_for_a_clean_one() -> None:
    silent = {"name": "left-pad", "skip_reason": "Dependency not found"}
    with pytest.raises(LookupError, match="1 of 2"):
        python_findings({"dependencies": [dependency(), silent]})
    with pytest.raises(LookupError, match="405"):
        npm_findings({"message": "405 Method Not Allowed"})


CLEAN = [{"dependencies": [dependency()]}, {"vulnerabilities": {}}]
VULNERABLE = [{"dependencies": [dependency(vulns=[{"id": "CVE-2026-1"}])]}, {"vulnerabilities": {}}]
SILENT = [{"dependencies": [dependency()]}, {"message": "405 Method Not Allowed"}]
BOTH = [VULNERABLE[0], SILENT[1]]


@pytest.mark.parametrize(
    ("reports", "code"), [(CLEAN, 0), (VULNERABLE, 1), (SILENT, 2), (BOTH, 1)], ids=["clean", "found", "silent", "both"]
)
def test_audit_succeeds_only_when_every_registry_answers_and_knows_no_vulnerability(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], reports: list[dict[str, object]], code: int
) -> None:
    answers = iter(reports)
    monkeypatch.setattr(audit, "_report", lambda command, folder: next(answers))
    assert audit.main() == code
    assert ("npm packages: not checked" in capsys.readouterr().out) == (reports[1] == SILENT[1])
