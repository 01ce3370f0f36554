"""Makes build/api, which azd deploys: the app and its packages for Azure's Python, byte-compiled.

Without that, each cold start would compile them again, because an instance cannot write to its package.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from pathspec import GitIgnoreSpec

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "build" / "api"
PACKAGES = Path(".python_packages", "lib", "site-packages")
PYTHON = "3.13"  # as in infra/api.bicep
PLATFORM = "x86_64-manylinux_2_28"


def copy_app(target: Path) -> None:
    """Copies the files of git that .funcignore allows. An empty .funcignore makes azd keep __pycache__."""
    ignored = GitIgnoreSpec.from_lines((ROOT / ".funcignore").read_text(encoding="utf-8").splitlines())
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, tracked.split("\0")):
        if not ignored.match_file(name):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    (target / ".funcignore").touch()


def install_packages(target: Path) -> None:
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", "--target", str(target / PACKAGES)]
    wanted = ["--python-version", PYTHON, "--python-platform", PLATFORM, "--only-binary", ":all:", "--require-hashes"]
    subprocess.run([*uv, *wanted, "--requirement", str(ROOT / "requirements.txt")], check=True)


def compile_all(target: Path, python: list[str]) -> None:
    """Compiles without checks of time: a deployed file never changes, but zipping changes its time."""
    command = [*python, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", str(target)]
    subprocess.run(command, check=True)


def main() -> None:
    shutil.rmtree(TARGET, ignore_errors=True)
    copy_app(TARGET)
    install_packages(TARGET)
    uv = str(Path(sys.executable).with_name("uv"))
    compile_all(TARGET, [uv, "run", "--no-project", "--quiet", "--python", PYTHON, "python"])
    size = sum(file.stat().st_size for file in TARGET.rglob("*") if file.is_file())
    print(f"{TARGET.relative_to(ROOT)}: {size / 1024**2:.0f} MiB")


if __name__ == "__main__":
    main()
