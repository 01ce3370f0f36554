"""`make audit` asks the registries for known vulnerabilities of the packages in production and on the site.

Exits with 1 when there is one, and with 2 when a registry does not answer: then nothing is known.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PIP_AUDIT = ["pip-audit==2.10.1", "--disable-pip", "--require-hashes", "--format=json", "-r", "requirements.txt"]
NPM_AUDIT = ["npm", "audit", "--omit=dev", "--json"]


def python_findings(report: dict[str, Any]) -> list[str]:
    """Returns the vulnerabilities. Raises LookupError when the registry gives no data about a package."""
    dependencies = report["dependencies"]
    if silent := [dependency["name"] for dependency in dependencies if "skip_reason" in dependency]:
        raise LookupError(f"it gave no data about {len(silent)} of {len(dependencies)} packages")
    return [
        f"{dependency['name']} {dependency['version']}: {flaw['id']}"
        for dependency in dependencies
        for flaw in dependency["vulns"]
    ]


def npm_findings(report: dict[str, Any]) -> list[str]:
    """Returns the vulnerabilities. Raises LookupError when the registry does not answer."""
    if "vulnerabilities" not in report:
        raise LookupError(str(report.get("message", "no answer")))
    return [f"{name}: {flaw['severity']}" for name, flaw in report["vulnerabilities"].items()]


def _report(command: list[str], folder: Path) -> dict[str, Any]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise LookupError((done.stderr.strip().splitlines() or ["no answer"])[-1]) from error
    return report


def main() -> int:
    uv = str(Path(sys.executable).with_name("uv"))
    checks = (
        ("Python packages", python_findings, [uv, "tool", "run", "--quiet", *PIP_AUDIT], ROOT),
        ("npm packages", npm_findings, NPM_AUDIT, ROOT / "static_web"),
    )
    found = []
    unchecked = []
    for title, findings, command, folder in checks:
        try:
            found += (flaws := findings(_report(command, folder)))
            print(f"{title}: {len(flaws)} known vulnerabilities", *flaws, sep="\n  ")
        except LookupError as error:
            unchecked.append(title)
            print(f"{title}: not checked, because the registry does not answer ({error}). Try again later.")
    if found:
        return 1
    return 2 if unchecked else 0


if __name__ == "__main__":
    raise SystemExit(main())
