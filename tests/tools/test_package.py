"""The package for Azure: what production runs, compiled so that it need not be again, zipped and unzipped as it was."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.package import compile_all, copy_app

pytestmark = pytest.mark.slow


def test_package_holds_what_production_runs_and_starts_from_its_compiled_files(tmp_path: Path) -> None:
    package, deployed = tmp_path / "package", tmp_path / "deployed"
    copy_app(package)
    assert {path.name for path in package.iterdir()} == {
        *("access", "api", "config", "jobs", "reports", "schedules", "sql"),
        *("function_app.py", "host.json", "requirements.txt"),
        ".funcignore",  # what it ignores is nothing; azd looks for it here
    }
    assert (package / ".funcignore").read_text() == ""
    compile_all(package, [sys.executable])
    shutil.unpack_archive(shutil.make_archive(str(package), "zip", package), deployed)  # all files are as old as this
    index = "import function_app; function_app.app.get_functions()"
    environment = {"AZURE_FUNCTIONS_ENVIRONMENT": "Development", "DATABASE_URL": f"sqlite:///{tmp_path}/access.db"}
    done = subprocess.run(
        [sys.executable, "-v", "-c", index], cwd=deployed, env=environment, capture_output=True, text=True, check=True
    )
    assert f"matches {deployed}/function_app.py" in done.stderr
    assert re.findall(rf"code object from {deployed}/.*", done.stderr) == []
