"""What can be known of the Bicep templates without Azure: they fit together, open no door, and start the app."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from access.platforms import PLATFORMS
from api.authorization import Permission
from config.context import RUN_POOL_SIZE
from config.settings import Settings, read_settings
from jobs.timers import revoke_expired_on_timer
from tests.infra.templates import INFRA, NAMES, ROOT, app_settings, default, modules, properties, template, text_of

EXAMPLE = json.loads((ROOT / "local.settings.json.example").read_text(encoding="utf-8"))["Values"]
# What the platform sets, or what serves in Azure as it is.
LEFT_TO_DEFAULTS = {
    "FUNCTIONS_WORKER_RUNTIME": "Flex Consumption knows it from functionAppConfig.",
    "AzureWebJobsStorage": "Reached by identity: AzureWebJobsStorage__accountName.",
    "WEBSITE_TIME_ZONE": "Flex Consumption does not support it.",
    "SIMULATED_EMAIL_SECONDS": "No mail is simulated.",
    "JOB_BUDGET_SECONDS": "The default is below functionTimeout.",
    "RUN_MAX_ITEMS": "The default.",
    "MAX_EXTENSION_DAYS": "The default.",
    "RUN_HISTORY_DAYS": "The default.",
    "ALLOW_TEST_SIMULATION": "Empty means off.",
    "EMAIL_TIMEOUT_SECONDS": "The default.",
    "EMAIL_MAX_CONCURRENCY": "The default.",
    "EMAIL_REPLY_TO": "Empty means that answers go to the sender.",
    "EMAIL_DIGEST": "The default: one email for each request.",
    "EMAIL_TEMPLATES": "Empty means the app's own.",
    "SMTP_HOST": "EMAIL_SENDER is azure.",
    "SMTP_PORT": "EMAIL_SENDER is azure.",
    "SMTP_SECURITY": "EMAIL_SENDER is azure.",
    "SMTP_USERNAME": "EMAIL_SENDER is azure.",
    "SMTP_PASSWORD": "EMAIL_SENDER is azure.",
    "SMTP_EHLO_NAME": "EMAIL_SENDER is azure.",
    "AZURE_COMMUNICATION_CONNECTION_STRING": "Mail is sent as the identity.",
    "DATABRICKS_TOKEN": "The app signs in as its identity.",
    "DATABRICKS_CLIENT_ID": "The app signs in as its identity.",
    "DATABRICKS_CLIENT_SECRET": "The app signs in as its identity.",
    "CONNECTOR_REQUESTS_PER_SECOND": "The default.",
    "CONNECTOR_MAX_CONCURRENCY": "The default.",
    "CONNECTOR_TIMEOUT_SECONDS": "The default.",
    "CONNECTOR_RETRY_SECONDS": "The default.",
    "REQUIRE_AUTHORIZATION": "Empty means on.",
    "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "The host reports by itself; more is a choice.",
}
# https://learn.microsoft.com/azure/azure-sql/database/resource-limits-vcore-single-databases
WORKERS_PER_VCORE = 75
SECRETS = re.compile(
    r"listkeys|listaccountsas|accountkey=|accesskey=|sharedaccess|\bpwd\b|password\s*[:=]|@secure", re.I
)


@pytest.mark.parametrize("name", NAMES)
def test_template_parses_and_says_what_it_is_for(name: str) -> None:
    assert template(name)["resources"]
    assert text_of(name).startswith("// ")


def test_main_uses_every_module_and_each_gets_the_parameters_that_it_has() -> None:
    used = list(modules())
    assert {module for _, module, _ in used} == set(NAMES) - {"main"}
    for user, module, given in used:
        parameters = template(module)["parameters"]
        required = {name for name, parameter in parameters.items() if parameter["default"] is None}
        assert required <= given <= set(parameters), f"{user} uses {module}"


def test_outputs_that_templates_ask_of_modules_exist() -> None:
    asked = set(re.findall(r"(\w+)\.outputs\.(\w+)", text_of("main")))
    assert asked
    for module, output in asked:
        assert output in template(module)["outputs"], (module, output)


def test_names_that_are_declared_are_used() -> None:
    for name in NAMES:
        text = text_of(name)
        for declared in (*template(name).get("parameters", {}), *template(name).get("variables", {})):
            assert len(re.findall(rf"\b{declared}\b", text)) > 1, f"{name}: {declared}"


def test_parameter_file_gives_parameters_that_main_has_and_all_that_it_needs() -> None:
    given = json.loads((INFRA / "main.parameters.json").read_text(encoding="utf-8"))["parameters"]
    parameters = template("main")["parameters"]
    required = {name for name, parameter in parameters.items() if parameter["default"] is None}
    assert required <= set(given) <= set(parameters)


def test_each_setting_is_set_by_the_template_or_has_a_reason_to_stay_as_it_is() -> None:
    given = set(app_settings(connected=True))
    assert set(EXAMPLE) == (given & set(EXAMPLE)) | set(LEFT_TO_DEFAULTS)
    assert not given & set(LEFT_TO_DEFAULTS)


def settings_in_azure(monkeypatch: pytest.MonkeyPatch, told: dict[str, str]) -> Settings:
    for name in EXAMPLE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AZURE_FUNCTIONS_ENVIRONMENT", raising=False)
    for name, value in {**told, "WEBSITE_SITE_NAME": "func-access"}.items():
        monkeypatch.setenv(name, "secret" if value.startswith("@Microsoft.KeyVault(") else value)
    return read_settings()


def test_app_starts_in_azure_with_what_the_template_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_in_azure(monkeypatch, app_settings())
    assert settings.authorization_required
    assert not settings.test_simulation_allowed
    assert settings.email_sender == "azure"
    assert settings.revoke_delay_seconds == 0
    assert (settings.databricks_access, settings.palantir_access) == ("record", "record")


def test_connected_app_starts_in_azure_and_holds_no_secret_of_databricks(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_in_azure(monkeypatch, app_settings(connected=True))
    assert (settings.databricks_access, settings.palantir_access) == ("unity-catalog", "foundry")
    assert (settings.databricks_token, settings.databricks_client_id) == (None, None)
    assert settings.foundry_role_ids == {"Viewer": "1"}


def test_secret_of_foundry_stays_in_the_key_vault_which_the_identity_opens() -> None:
    assert app_settings(connected=True)["FOUNDRY_CLIENT_SECRET"] == "@Microsoft.KeyVault(SecretUri=something)"
    assert properties("api", "app")["keyVaultReferenceIdentity"] == "identityId"


@pytest.mark.parametrize(("platform", "name"), [("databricks", "databricksSettings"), ("palantir", "foundrySettings")])
def test_platform_is_connected_only_where_that_is_asked_for(platform: str, name: str) -> None:
    assert default("main", f"{platform}Access") == "record"
    given = template("main")["modules"]["api"]["config"]["params"][name]["operator"]["operands"]
    assert given["condition"]["operator"]["operands"] == {"operand_1": f"{platform}Access", "operand_2": "record"}
    assert (given["true_value"], given["false_value"]) == ({}, name)


def test_revoke_timer_is_disabled_by_its_name_where_that_is_asked_for() -> None:
    settings = properties("api", "settings")["function"]["parameters"]["arg_4"]
    disabled = {
        name.strip("'").split(".")[1]: value["function"]["parameters"]["value_to_convert"]
        for name, value in settings.items()
        if re.fullmatch(r"'AzureWebJobs\.\w+\.Disabled'", name)
    }
    assert disabled == {
        revoke_expired_on_timer(platform).name: f"{platform.key}RevokeTimerDisabled" for platform in PLATFORMS
    }
    given = template("main")["modules"]["api"]["config"]["params"]
    for parameter in disabled.values():
        assert given[parameter] == parameter
        assert default("main", parameter) is False


def test_timers_fire_in_utc() -> None:
    assert "WEBSITE_TIME_ZONE" not in app_settings()
    assert "TZ" not in app_settings()


def test_all_instances_together_stay_below_the_workers_of_the_database() -> None:
    instances = default("main", "apiMaximumInstanceCount")
    calls = instances * int(app_settings()["DATABASE_POOL_SIZE"])
    assert calls + RUN_POOL_SIZE < WORKERS_PER_VCORE * default("main", "databaseMaxVCores")


def test_one_instance_is_ready_for_calls() -> None:
    assert default("main", "apiAlwaysReadyCount") >= 1


@pytest.mark.parametrize("file", [*sorted(INFRA.iterdir()), ROOT / "azure.yaml"], ids=lambda file: file.name)
def test_no_key_password_or_connection_string_appears(file: Path) -> None:
    found = [match for match in SECRETS.findall(file.read_text(encoding="utf-8")) if match]
    assert found == []


@pytest.mark.parametrize(
    ("name", "resource", "expected"),
    [
        ("storage", "storage", {"allowSharedKeyAccess": False, "allowBlobPublicAccess": False}),
        ("mail", "communication", {"disableLocalAuth": True}),
        ("monitoring", "insights", {"DisableLocalAuth": True}),
        ("api", "app", {"httpsOnly": True}),
        ("api", "noPasswords", {"allow": False}),
    ],
)
def test_nothing_but_an_identity_opens_a_resource(name: str, resource: str, expected: dict[str, Any]) -> None:
    config = template(name)["resources"][resource]["config"]
    while "properties" not in config:
        config = config["config"]
    assert config["properties"].items() >= expected.items()


def test_database_knows_entra_only_and_no_address_of_the_internet() -> None:
    assert properties("database", "server")["administrators"]["azureADOnlyAuthentication"] is True
    text = "\n".join(text_of(name) for name in NAMES)
    assert "firewallRules" not in text
    assert not re.search(r"(?<![\d.])0\.0\.0\.0", text)
    assert properties("storage", "storage")["networkAcls"]["defaultAction"] == "Deny"


def test_group_that_is_named_administers_the_database_instead_of_the_deployer() -> None:
    """Its members may deploy one after another: the administrator of a server that exists stays the same."""
    assert default("main", "databaseAdministratorGroupId") == ""
    given = template("main")["modules"]["database"]["config"]["params"]
    for name, without, with_group in (
        ("administratorId", "databaseAdministratorId", "databaseAdministratorGroupId"),
        ("administratorType", "databaseAdministratorType", "Group"),
    ):
        choice = given[name]["operator"]["operands"]
        asked = choice["condition"]["function"]
        assert (asked["type"], asked["parameters"]["item_to_test"]) == ("empty", "databaseAdministratorGroupId")
        assert (choice["true_value"], choice["false_value"]) == (without, with_group)


@pytest.mark.parametrize("resource", ["auditing", "threats"])
def test_server_audits_and_watches_all_its_databases(resource: str) -> None:
    assert template("database")["resources"][resource]["config"]["parent"] == "server"
    assert properties("database", resource)["state"] == "Enabled"


def test_calls_reach_the_app_only_signed_in_but_for_the_probes() -> None:
    validation = properties("api", "authentication")["globalValidation"]
    assert validation["requireAuthentication"] is True
    assert validation["unauthenticatedClientAction"] == "Return401"
    assert validation["excludedPaths"] == ["/api/health", "/api/health/ready"]


def test_authentication_is_set_after_the_link_to_the_site_which_sets_one_of_its_own() -> None:
    resources = template("api")["resources"]
    assert resources["authentication"]["config"]["dependsOn"] == ["link"]
    assert "dependsOn" not in resources["link"]["config"]


def test_app_roles_are_the_permissions() -> None:
    roles = json.loads((INFRA / "app_roles.json").read_text(encoding="utf-8"))
    assert {role["value"] for role in roles} == set(Permission)
    assert len({role["id"] for role in roles}) == len(roles)


def test_storage_gives_the_host_blobs_and_queues_and_nothing_more() -> None:
    assert set(template("storage")["variables"]["roles"]["value"]) == {"blobDataOwner", "queueDataContributor"}
