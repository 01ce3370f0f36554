"""azure.yaml, the hooks and the workflows: they name what exists, hold no secret, and pass zizmor and their schemas."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # PyYAML brings no types

from access.platforms import PLATFORMS
from jobs.runs.messages import CONTINUATIONS, STARTS
from tests.infra.templates import INFRA, ROOT, template, text_of

GITHUB = ROOT / ".github"
DEPLOYMENT = GITHUB / "workflows" / "azure-dev.yaml"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yaml"))
AZD = yaml.safe_load((ROOT / "azure.yaml").read_text(encoding="utf-8"))
SCRIPTS = sorted((ROOT / "tools").glob("*.sh"))


def workflow(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def assert_passes(tool: str, *arguments: str | Path) -> None:
    """A tool of this environment finds nothing."""
    command = [Path(sys.executable).with_name(tool), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing_in_the_workflows() -> None:
    assert_passes("zizmor", "--offline", "--quiet", "--format=plain", GITHUB)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("schema", "files"), [("github-workflows", WORKFLOWS), ("dependabot", [GITHUB / "dependabot.yml"])]
)
def test_github_s_files_keep_to_their_published_schemas(schema: str, files: list[Path]) -> None:
    assert_passes("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_workflow_names_no_secret(file: Path) -> None:
    assert "secrets." not in file.read_text(encoding="utf-8")


def test_only_deployment_may_ask_for_a_token_and_it_asks_for_nothing_else() -> None:
    asking = {
        (file.stem, name): job["permissions"]
        for file in WORKFLOWS
        for name, job in workflow(file)["jobs"].items()
        if "id-token" in job.get("permissions", {})
    }
    assert asking == {(DEPLOYMENT.stem, "deploy"): {"contents": "read", "id-token": "write"}}


def test_site_signs_people_in_with_entra_alone() -> None:
    """Of the providers that every Static Web App brings along."""
    site = json.loads((ROOT / "static_web" / "public" / "staticwebapp.config.json").read_text(encoding="utf-8"))
    routes = [(route["route"], route.get("statusCode")) for route in site["routes"]]
    assert routes[:2] == [("/.auth/login/github", 404), ("/.auth/login/twitter", 404)]
    assert site["responseOverrides"]["401"]["redirect"].startswith("/.auth/login/aad?")


def test_azd_deploys_each_service_to_a_resource_that_bears_its_name() -> None:
    for name, service in AZD["services"].items():
        assert (ROOT / service["project"]).is_dir()
        assert f"'azd-service-name': '{name}'" in text_of(name)
    assert {service["host"] for service in AZD["services"].values()} == {"function", "staticwebapp"}


def test_what_azd_runs_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    hooks = [AZD["hooks"], *(service.get("hooks", {}) for service in AZD["services"].values())]
    for hook in (hook for hooks_of_one in hooks for hook in hooks_of_one.values()):
        program, *arguments = hook["run"].split()
        assert program in ("az", "make", "sh")
        assert program != "make" or arguments[-1] in targets
        assert program != "sh" or (ROOT / arguments[-1]).is_file()


def test_provider_of_the_subnet_s_delegation_is_registered_before_anything_is_made() -> None:
    """A deployment registers only the providers of its resources."""
    delegated = re.search(r"serviceName: '([\w.]+)/", text_of("network"))
    assert delegated
    assert f"az provider register --namespace {delegated[1]} --wait" in AZD["hooks"]["preprovision"]["run"]


def test_virtual_environment_is_made_before_services_are_packaged_side_by_side() -> None:
    assert AZD["hooks"]["prepackage"]["run"] == "make install"


def test_azd_that_does_not_know_what_is_asked_of_it_is_refused() -> None:
    """It knows `remoteBuild` of a function app since 1.23.5, and JSON in a variable since 1.23.4."""
    assert AZD["services"]["api"]["remoteBuild"] is False
    assert AZD["requiredVersions"]["azd"] == ">= 1.23.5"


def test_workflow_signs_in_by_the_credential_that_azd_makes_for_a_branch() -> None:
    """azd looks for this name; an environment would change the token's subject to one that no credential has."""
    assert "environment" not in workflow(DEPLOYMENT)["jobs"]["deploy"]


def test_roles_of_foundry_reach_azd_as_they_were_set() -> None:
    """azd writes a repository's variable as JSON's text without its quotes."""
    given = workflow(DEPLOYMENT)["jobs"]["deploy"]["env"]["FOUNDRY_ROLE_IDS"]
    assert given == """${{ fromJSON(format('"{0}"', vars.FOUNDRY_ROLE_IDS || '{}')) }}"""


def test_workflow_deploys_with_all_that_the_azd_environment_says() -> None:
    """What the workflow left out would go back to its default, and a connected platform to being recorded only."""
    asked = set(re.findall(r"\$\{([A-Z_]+)", (INFRA / "main.parameters.json").read_text(encoding="utf-8")))
    given = workflow(DEPLOYMENT)["jobs"]["deploy"]["env"]
    asked.remove("AZURE_PRINCIPAL_ID")  # azd answers with whoever is signed in, whatever a variable says
    assert asked <= set(given)
    assert {name for name in asked if f"vars.{name}" in given[name] and not name.startswith("AZURE_")} == set(
        AZD["pipeline"]["variables"]
    )


def test_workflow_installs_the_driver_manager_before_the_hook_needs_it() -> None:
    steps = [step.get("run", "") for step in workflow(DEPLOYMENT)["jobs"]["deploy"]["steps"]]
    (installs,) = [number for number, run in enumerate(steps) if "apt-get install -y unixodbc" in run]
    assert installs < steps.index("azd up --no-prompt")


def test_restore_names_the_queues_the_timers_and_the_hook_that_there_are() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    restore = page[page.index("## Restore") : page.index("## Rotate")]
    assert f"for QUEUE in {STARTS} {CONTINUATIONS}; do" in restore
    (hook,) = re.findall(r"azd hooks run (\w+)", restore)
    assert hook in AZD["hooks"]
    disabled = set(re.findall(r"AzureWebJobs\.\w+\.Disabled", restore))
    assert disabled == {f"AzureWebJobs.{platform.key}_revoke_expired_on_timer.Disabled" for platform in PLATFORMS}


def test_hook_uses_only_outputs_of_the_template() -> None:
    script = (ROOT / "tools" / "prepare_database.sh").read_text(encoding="utf-8")
    own = {"DEPLOYER_ADDRESS", "RULE"}
    azd_s = {"AZURE_SUBSCRIPTION_ID"}
    assert set(re.findall(r"\$\{?([A-Z_]+)", script)) - own - azd_s <= set(template("main")["outputs"])


def test_hook_opens_the_server_to_one_address_and_closes_it_again() -> None:
    script = (ROOT / "tools" / "prepare_database.sh").read_text(encoding="utf-8")
    opening, closing = script.index("firewall-rule create"), script.index("trap close_door EXIT")
    assert closing < opening
    assert '--start-ip-address "$address" --end-ip-address "$address"' in script


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_script_is_one_that_a_shell_can_read(script: Path) -> None:
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
