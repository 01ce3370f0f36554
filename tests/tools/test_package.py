"""The package for Azure: what production runs, compiled so that a changed time does not make it compile again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.package import compile_all, copy_app

pytestmark = pytest.mark.slow


def test_package_holds_what_production_runs_and_starts_from_its_compiled_files(tmp_path: Path) -> None:
    copy_app(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        *("access", "api", "config", "jobs", "sql"),
        *("function_app.py", "host.json", "requirements.txt"),
    }
    compile_all(tmp_path, [sys.executable])
    for source in tmp_path.rglob("*.py"):
        os.utime(source, (0, 0))
    index = "import function_app; function_app.app.get_functions()"
    environment = {"AZURE_FUNCTIONS_ENVIRONMENT": "Development", "DATABASE_URL": f"sqlite:///{tmp_path}/access.db"}
    done = subprocess.run(
        [sys.executable, "-v", "-c", index], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert f"code object from '{tmp_path}/function_app.py'" not in done.stderr
    assert f"matches {tmp_path}/function_app.py" in done.stderr
