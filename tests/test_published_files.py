"""What .funcignore leaves for Azure: what production runs, and nothing else."""

import subprocess
from pathlib import Path

import pathspec

ROOT = Path(__file__).parents[1]
NOT_FOR_PRODUCTION = {"benchmarks", "demo", "local_host", "tests", "tools"}


def test_published_is_what_production_runs() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    ignored = pathspec.GitIgnoreSpec.from_lines((ROOT / ".funcignore").read_text().splitlines())
    published = {path.partition("/")[0] for path in tracked if not ignored.match_file(path)}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_FOR_PRODUCTION
    assert published == packages | {"function_app.py", "host.json", "requirements.txt"}
