"""The registration of the API in Entra: whatever an earlier try made is found, and the rest is made."""

import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parents[2] / "tools" / "register_app.sh"
CLIENT_ID = "00000000-0000-0000-0000-000000000001"


def register(tmp_path: Path, *, app: str = "", service_principal: str = "") -> list[str]:
    """What was asked of Azure, where these two exist before."""
    log = tmp_path / "az.log"
    az = tmp_path / "az"
    az.write_text(
        f"""#!/bin/sh
echo "$@" >> {log}
case "$*" in
"ad app list "*) echo {app} ;;
"ad sp list "*) echo {service_principal} ;;
"ad app create "*) echo {CLIENT_ID} ;;
"ad app show "*) echo object ;;
esac
"""
    )
    azd = tmp_path / "azd"
    azd.write_text("#!/bin/sh\n")
    for program in (az, azd):
        program.chmod(0o755)
    subprocess.run(["sh", str(SCRIPT)], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=True)
    return log.read_text().splitlines()


def made(calls: list[str]) -> list[str]:
    return [" ".join(call.split()[1:3]) for call in calls if " create " in call]


def test_app_and_service_principal_are_made_once(tmp_path: Path) -> None:
    assert made(register(tmp_path)) == ["app create", "sp create"]
    (tmp_path / "az.log").unlink()
    assert made(register(tmp_path, app=CLIENT_ID, service_principal="object")) == []


def test_service_principal_that_an_earlier_try_did_not_make_is_made(tmp_path: Path) -> None:
    calls = register(tmp_path, app=CLIENT_ID)
    assert made(calls) == ["sp create"]
    assert f"ad sp create --id {CLIENT_ID} --output none" in calls
