"""Settings: defaults, sentences about unusable values, and the example file that lists them all."""

import json
import re
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from config.context import open_app_context
from config.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).parents[2]
EXAMPLE: dict[str, dict[str, Any]] = json.loads((ROOT / "local.settings.json.example").read_text(encoding="utf-8"))
SET_BY_AZURE = {
    "AZURE_FUNCTIONS_ENVIRONMENT",
    "WEBSITE_SITE_NAME",
    "WEBSITE_INSTANCE_ID",
    "WEBSITE_AUTH_ENABLED",
    "WEBSITE_SKU",
    "AzureWebJobsStorage__queueServiceUri",
    "AzureWebJobsStorage__accountName",
    "AzureWebJobsStorage__clientId",
}
# What a host in Azure needs, and hosts that are not known to be local.
PRODUCTION = {
    "DATABASE_URL": "mssql+pyodbc://server/access",
    "EMAIL_SENDER": "azure",
    "AZURE_COMMUNICATION_ENDPOINT": "https://mail.test",
}
FOUNDRY = {
    "FOUNDRY_HOSTNAME": "foundry.test",
    "FOUNDRY_CLIENT_ID": "app",
    "FOUNDRY_CLIENT_SECRET": "secret",
    "FOUNDRY_ROLE_IDS": '{"Viewer": "1"}',
}
NOT_LOCAL = [
    pytest.param({"AZURE_FUNCTIONS_ENVIRONMENT": ""}, id="container"),
    pytest.param({"AZURE_FUNCTIONS_ENVIRONMENT": "Production"}, id="Production"),
    pytest.param({"WEBSITE_SITE_NAME": "site"}, id="App Service"),
    pytest.param({"WEBSITE_INSTANCE_ID": "4f0b"}, id="instance"),
]
OF_THE_HOST = {"FUNCTIONS_WORKER_RUNTIME"}
SCHEDULES = {
    f"{job}_{platform}_SCHEDULE"
    for job in ("EXPIRY_NOTIFICATION", "REVOKE_EXPIRED")
    for platform in ("DATABRICKS", "PALANTIR")
}
# One of each, with what makes it fit.
SECRETS = [
    ("SMTP_PASSWORD", "hunter2", {"SMTP_USERNAME": "alice"}),
    ("AZURE_COMMUNICATION_CONNECTION_STRING", "endpoint=https://mail.test;accesskey=aHVudGVyMg==", {}),
    ("DATABRICKS_TOKEN", "hunter2", {}),
    ("DATABRICKS_CLIENT_SECRET", "hunter2", {"DATABRICKS_CLIENT_ID": "app"}),
    ("FOUNDRY_CLIENT_SECRET", "hunter2", {}),
    ("AzureWebJobsStorage", "AccountName=jobs;AccountKey=aHVudGVyMg==", {}),
]
NAMES = {
    field.validation_alias if isinstance(field.validation_alias, str) else name.upper()
    for name, field in Settings.model_fields.items()
}


@pytest.fixture(autouse=True)
def local_host_without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_FUNCTIONS_ENVIRONMENT", "Development")


def read_with(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def sentence_about(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    with pytest.raises(SettingsError) as raised:
        read_with(monkeypatch, **variables)
    return str(raised.value)


def test_defaults_are_the_specifications() -> None:
    settings = read_settings()
    assert (settings.simulated_email_seconds, settings.revoke_delay_seconds) == (10, 15)
    assert settings.database_url.startswith("sqlite:///")
    assert settings.test_simulation_allowed
    assert not settings.authorization_required
    assert settings.email_sender == "simulated"


@pytest.mark.parametrize(
    ("sender", "limits", "expected"),
    [
        ("smtp", {}, (None, None)),
        ("azure", {}, (30, 100)),
        ("azure", {"email_per_hour": 2_000}, (30, 2_000)),
        ("smtp", {"email_per_minute": 5}, (5, None)),
    ],
)
def test_limits_are_those_of_the_service_unless_others_are_set(
    sender: str, limits: dict[str, int], expected: tuple[int | None, int | None]
) -> None:
    settings = read_settings(email_sender=sender, azure_communication_endpoint="https://mail.test", **limits)
    assert (settings.emails_per_minute, settings.emails_per_hour) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_POOL_SIZE", "3"),
        ("DATABASE_POOL_SIZE", "101"),
        ("DATABASE_POOL_SIZE", "ten"),
        ("SIMULATED_EMAIL_SECONDS", "-1"),
        ("SIMULATED_EMAIL_SECONDS", "10s"),
        ("SIMULATED_EMAIL_SECONDS", "nan"),
        ("REVOKE_DELAY_SECONDS", "-0.1"),
        ("REVOKE_DELAY_SECONDS", "inf"),
        ("REVOKE_DELAY_SECONDS", "1e300"),
        ("JOB_BUDGET_SECONDS", "86401"),
        ("JOB_BUDGET_SECONDS", "0"),
        ("JOB_BUDGET_SECONDS", "forever"),
        ("RUN_MAX_ITEMS", "99999999999999999999"),
        ("RUN_MAX_ITEMS", "0"),
        ("RUN_HISTORY_DAYS", "36501"),
        ("MAX_EXTENSION_DAYS", "36501"),
        ("ALLOW_TEST_SIMULATION", "maybe"),
        ("REQUIRE_AUTHORIZATION", "sometimes"),
        ("EMAIL_SENDER", "pigeon"),
        ("EMAIL_SENDER", "SMTP"),
        ("EMAIL_FROM", "nobody"),
        ("EMAIL_FROM", "Access <access@test.com>"),
        ("EMAIL_FROM", "access@test.com\nBcc: bob@test.com"),
        ("EMAIL_REPLY_TO", "access\x07@test.com"),
        ("EMAIL_TIMEOUT_SECONDS", "0"),
        ("EMAIL_TIMEOUT_SECONDS", "51"),
        ("EMAIL_MAX_CONCURRENCY", "0"),
        ("EMAIL_MAX_CONCURRENCY", "2.5"),
        ("EMAIL_MAX_CONCURRENCY", "99999999999999999999"),
        ("EMAIL_REPLY_TO", "the team"),
        ("EMAIL_PER_MINUTE", "0"),
        ("EMAIL_PER_MINUTE", "99999999999999999999"),
        ("EMAIL_PER_HOUR", "many"),
        ("EMAIL_PER_HOUR", "99999999999999999999"),
        ("EMAIL_DIGEST", "weekly"),
        ("EMAIL_TEMPLATES", "/no/such/folder"),
        ("SMTP_USERNAME", "alice\nbob"),
        ("SMTP_PORT", "0"),
        ("SMTP_PORT", "65536"),
        ("SMTP_SECURITY", "ssl"),
        ("DATABRICKS_CLIENT_ID", "app\nsecret"),
        ("FOUNDRY_CLIENT_ID", "app\x07"),
        ("AUTH_ISSUER", "https://login.test\n/tenant"),
        ("AUTH_AUDIENCE", "app\x07"),
        ("DATABRICKS_ACCESS", "foundry"),
        ("PALANTIR_ACCESS", "unity-catalog"),
        ("FOUNDRY_ROLE_IDS", "Viewer"),
        ("FOUNDRY_ROLE_IDS", "[1]"),
        ("CONNECTOR_REQUESTS_PER_SECOND", "0"),
        ("CONNECTOR_REQUESTS_PER_SECOND", "1e-320"),
        ("CONNECTOR_MAX_CONCURRENCY", "0"),
        ("CONNECTOR_TIMEOUT_SECONDS", "51"),
        ("CONNECTOR_RETRY_SECONDS", "0"),
        ("WEBSITE_AUTH_ENABLED", "perhaps"),
        ("EMAIL_TEMPLATES", "/" + "x" * 400),
        ("EMAIL_FROM", "a,b@test.com"),
        ("EMAIL_FROM", "access@test..com"),
        ("EMAIL_FROM", ".access@test.com"),
        ("EMAIL_FROM", "(access)@test.com"),
        ("EMAIL_REPLY_TO", "access@test.com;bob@test.com"),
        ("EMAIL_REPLY_TO", "a" * 65 + "@test.com"),
        ("FOUNDRY_ROLE_IDS", "[" * 100_000),
        ("FOUNDRY_ROLE_IDS", '{"Viewer": " "}'),
        ("WEBSITE_TIME_ZONE", "Mars/Phobos"),
        ("WEBSITE_TIME_ZONE", "CET-1CEST,M3.5.0,M10.5.0/3"),
        ("REVOKE_EXPIRED_PALANTIR_SCHEDULE", "daily"),
        ("ACCESS_CHECK_DATABRICKS_SCHEDULE", "0 0 6 ? * *"),
        ("EXPIRY_NOTIFICATION_PALANTIR_SCHEDULE", "%OTHER%"),
    ],
)
def test_malformed_value_is_refused_in_a_sentence_with_name_and_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    sentence = sentence_about(monkeypatch, **{name: value})
    assert sentence.startswith(f"{name}: ")
    assert sentence.endswith(f"but it is {value!r}.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_HOST", "smtp://somebody:hunter2@mail.test"),
        ("SMTP_HOST", "mail.test:587"),
        ("SMTP_HOST", "mail test"),
        ("SMTP_HOST", "mail..test"),
        ("SMTP_HOST", "a" * 64 + ".test"),
        ("SMTP_HOST", ":::"),
        ("SMTP_HOST", "-"),
        ("SITE_URL", "https://access..test.com"),
        ("SITE_URL", 'https://access.test.com/"><b>'),
        ("AUTH_JWKS_URI", "https://login.test/schlüssel"),
        ("AzureWebJobsStorage__queueServiceUri", "https://account..queue"),
        ("DATABRICKS_HOST", "adb-1;x"),
        ("DATABRICKS_HOST", "https://adb.test:"),
        ("SITE_URL", "access.test.com"),
        ("SITE_URL", "ftp://access.test.com"),
        ("SITE_URL", "https://somebody:hunter2@access.test.com"),
        ("SITE_URL", "https://access.company.com/?page=1"),
        ("SITE_URL", "https://[hunter2"),
        ("SITE_URL", "https://access.test.com:99999"),
        ("SITE_URL", "https://:443"),
        ("AUTH_JWKS_URI", "https://somebody:hunter2@login.test/keys"),
        ("AUTH_JWKS_URI", "https://login.test:keys"),
        ("AZURE_COMMUNICATION_ENDPOINT", "https://mail.test/emails"),
        ("AZURE_COMMUNICATION_ENDPOINT", "http://mail.test"),
        ("AZURE_COMMUNICATION_ENDPOINT", "endpoint=https://mail.test;accesskey=hunter2"),
        ("AzureWebJobsStorage__queueServiceUri", "account.queue.core.windows.net"),
        ("AzureWebJobsStorage__queueServiceUri", "https:// account"),
        ("DATABRICKS_HOST", "http://adb.test"),
        ("DATABRICKS_HOST", "https://adb.test/path"),
        ("DATABRICKS_HOST", "https://token:hunter2@adb.test"),
        ("DATABRICKS_HOST", "token:hunter2@adb.test"),
        ("DATABRICKS_HOST", "ftp://adb.test"),
        ("DATABRICKS_HOST", "https://[hunter2"),
        ("DATABRICKS_HOST", "adb-1 x"),
        ("DATABRICKS_HOST", "adb-1\nx"),
        ("DATABRICKS_HOST", "adb-1:99999"),
        ("FOUNDRY_HOSTNAME", "http://localhost.test"),
        ("FOUNDRY_HOSTNAME", "foundry\x07.test"),
    ],
)
def test_malformed_url_is_refused_in_a_sentence_that_does_not_repeat_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    sentence = sentence_about(monkeypatch, **{name: value})
    assert re.fullmatch(rf"{name}: Write an? (address|host) like (https://)?[a-z0-9./-]+\.", sentence)


@pytest.mark.parametrize("name", ["SMTP_HOST", "DATABRICKS_TOKEN", "AzureWebJobsStorage", "DATABASE_URL"])
@pytest.mark.parametrize(
    ("value", "flaw"),
    [
        ("@Microsoft.KeyVault(SecretUri=https://vault.test/secrets/hunter2)", "Azure could not resolve this reference"),
        ("hunter\udcfc", "Write it in UTF-8"),
    ],
)
def test_value_that_nothing_could_read_is_refused_whatever_the_setting_is(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, flaw: str
) -> None:
    sentence = sentence_about(monkeypatch, **{name: value})
    assert sentence.startswith(f"{name}: {flaw}")
    assert "hunter" not in sentence


def value_of(settings: Settings, name: str) -> Any:
    field = "storage_connection_string" if name == "AzureWebJobsStorage" else name.lower()
    return getattr(settings, field)


@pytest.mark.parametrize(("name", "secret", "others"), SECRETS)
def test_line_end_of_a_secret_that_a_file_held_is_left_out(
    monkeypatch: pytest.MonkeyPatch, name: str, secret: str, others: dict[str, str]
) -> None:
    settings = read_with(monkeypatch, **{name: f"{secret}\r\n"}, **others)
    assert value_of(settings, name).get_secret_value() == secret


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\x07", "\x85"], ids=ascii)
@pytest.mark.parametrize(("name", "secret", "others"), SECRETS)
def test_secret_of_several_lines_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, secret: str, others: dict[str, str], gap: str
) -> None:
    sentence = sentence_about(monkeypatch, **{name: f"{secret}{gap}{secret}"}, **others)
    assert sentence == f"{name}: Remove the line breaks and control characters."


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        "endpoint=https://mail.test",
        "endpoint=https://mail.test;key=aHVudGVyMg==",
        "endpoint=https://mail.test;accesskey=",
        "endpoint=https://mail.test;accesskey=hunter2",
        "endpoint=https://mail.test;accesskey=hunter2!",
        "endpoint=https://mail.test;accesskey=schlüssel",
        "endpoint=https://mail test;accesskey=aHVudGVyMg==",
        "accesskey=aHVudGVyMg==",
    ],
)
def test_malformed_connection_string_is_refused_in_a_sentence_that_does_not_repeat_it(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    assert sentence_about(monkeypatch, AZURE_COMMUNICATION_CONNECTION_STRING=value) == (
        "AZURE_COMMUNICATION_CONNECTION_STRING: Write endpoint=https://<resource>.communication.azure.com;"
        "accesskey=<key in Base64>."
    )


@pytest.mark.parametrize(
    "value",
    ["endpoint=https://mail.test/;accesskey=aHVudGVyMg==", "AccessKey=aHVudGVyMg==;Endpoint=mail.test;"],
)
def test_connection_string_is_taken_as_the_services_client_takes_it(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    secret = read_with(monkeypatch, AZURE_COMMUNICATION_CONNECTION_STRING=value).azure_communication_connection_string
    assert secret == SecretStr(value)


@pytest.mark.parametrize("name", sorted(NAMES - {"AZURE_FUNCTIONS_ENVIRONMENT"}))
def test_blank_value_sets_nothing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert read_with(monkeypatch, **{name: " \t\r\n"}) == read_with(monkeypatch, **{name: ""})


def test_database_url_that_cannot_be_read_is_not_repeated_in_the_log_of_the_start() -> None:
    url = "mssql+pyodbc://sa:hunter2/db"
    with pytest.raises(SettingsError) as caught:
        open_app_context(read_settings(database_url=url))
    assert str(caught.value).startswith("DATABASE_URL: It must be like sqlite:///")
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_every_malformed_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = sentence_about(monkeypatch, SMTP_PORT="x", EMAIL_SENDER="pigeon")
    assert "SMTP_PORT: " in sentences
    assert "EMAIL_SENDER: " in sentences


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"REVOKE_DELAY_SECONDS": "540"}, "JOB_BUDGET_SECONDS"),
        ({"JOB_BUDGET_SECONDS": "15"}, "REVOKE_DELAY_SECONDS"),
        ({"EMAIL_SENDER": "azure"}, "AZURE_COMMUNICATION_ENDPOINT"),
        ({"EMAIL_SENDER": "azure"}, "AZURE_COMMUNICATION_CONNECTION_STRING"),
        (
            {
                "EMAIL_SENDER": "azure",
                "AZURE_COMMUNICATION_ENDPOINT": "https://mail.test",
                "AZURE_COMMUNICATION_CONNECTION_STRING": "endpoint=https://mail.test;accesskey=c2VjcmV0",
            },
            "not both",
        ),
        ({"AUTH_ISSUER": "https://login.test/tenant"}, "AUTH_JWKS_URI"),
        ({"AUTH_AUDIENCE": "app", "AUTH_JWKS_URI": "https://login.test/keys"}, "AUTH_ISSUER"),
        ({"SMTP_USERNAME": "alice"}, "SMTP_PASSWORD"),
        ({"SMTP_PASSWORD": "secret"}, "SMTP_USERNAME"),
        ({"DATABRICKS_ACCESS": "unity-catalog"}, "DATABRICKS_HOST"),
        ({"DATABRICKS_CLIENT_ID": "app"}, "DATABRICKS_CLIENT_SECRET"),
        ({"DATABRICKS_CLIENT_SECRET": "secret"}, "DATABRICKS_CLIENT_ID"),
        (
            {"DATABRICKS_TOKEN": "secret", "DATABRICKS_CLIENT_ID": "app", "DATABRICKS_CLIENT_SECRET": "secret"},
            "two ways to sign in",
        ),
        ({"PALANTIR_ACCESS": "foundry", "FOUNDRY_HOSTNAME": "foundry.test"}, "FOUNDRY_ROLE_IDS"),
        (
            {**FOUNDRY, "FOUNDRY_ROLE_IDS": "{}", "PALANTIR_ACCESS": "foundry"},
            "FOUNDRY_ROLE_IDS",
        ),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    sentence = sentence_about(monkeypatch, **variables)
    assert named in sentence
    assert "secret" not in sentence
    assert "c2VjcmV0" not in sentence


@pytest.mark.parametrize(
    ("variables", "authorization_required", "test_simulation_allowed"),
    [
        ({}, False, True),
        ({"REQUIRE_AUTHORIZATION": "true", "ALLOW_TEST_SIMULATION": "false"}, True, False),
        ({"REQUIRE_AUTHORIZATION": "", "ALLOW_TEST_SIMULATION": ""}, False, True),
    ],
)
def test_local_host_is_open_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    authorization_required: bool,
    test_simulation_allowed: bool,
) -> None:
    settings = read_with(monkeypatch, **variables)
    assert settings.authorization_required is authorization_required
    assert settings.test_simulation_allowed is test_simulation_allowed


@pytest.mark.parametrize("host", NOT_LOCAL)
def test_host_that_is_not_known_to_be_local_requires_authorization(
    monkeypatch: pytest.MonkeyPatch, host: dict[str, str]
) -> None:
    settings = read_with(monkeypatch, **PRODUCTION, **host)
    assert settings.authorization_required
    assert not settings.test_simulation_allowed


@pytest.mark.parametrize("host", NOT_LOCAL)
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL must name Azure SQL"),
        ({"DATABASE_URL": "sqlite:///access.db"}, "DATABASE_URL must name Azure SQL"),
        ({"EMAIL_SENDER": ""}, "EMAIL_SENDER must be smtp or azure"),
        ({"EMAIL_SENDER": "simulated"}, "EMAIL_SENDER must be smtp or azure"),
        ({"ALLOW_TEST_SIMULATION": "true"}, "ALLOW_TEST_SIMULATION cannot be true"),
        ({"REQUIRE_AUTHORIZATION": "false"}, "REQUIRE_AUTHORIZATION cannot be false"),
        ({"WEBSITE_TIME_ZONE": "Europe/Berlin", "WEBSITE_SKU": "FlexConsumption"}, "WEBSITE_TIME_ZONE has no effect"),
        (
            {"AUTH_ISSUER": "i", "AUTH_AUDIENCE": "a", "AUTH_JWKS_URI": "http://login.test/keys"},
            "AUTH_JWKS_URI must begin with https://",
        ),
    ],
    ids=lambda value: " ".join(f"{name}={text}" for name, text in value.items()) if isinstance(value, dict) else "",
)
def test_what_would_fail_silently_stops_a_host_that_is_not_known_to_be_local(
    monkeypatch: pytest.MonkeyPatch, host: dict[str, str], change: dict[str, str], named: str
) -> None:
    sentence = sentence_about(monkeypatch, **{**PRODUCTION, **host, **change})
    assert sentence.startswith(named)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("relay.company.com", "relay.company.com"),
        (" relay.company.com\n", "relay.company.com"),
        ("Bücher.test", "xn--bcher-kva.test"),
        ("192.0.2.1", "[192.0.2.1]"),
        ("[192.0.2.1]", "[192.0.2.1]"),
        ("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"),
    ],
)
def test_name_for_mail_servers_is_written_as_they_read_it(
    monkeypatch: pytest.MonkeyPatch, written: str, name: str
) -> None:
    assert read_with(monkeypatch, SMTP_EHLO_NAME=written).ehlo_name == name


@pytest.mark.parametrize(
    "value",
    [
        "localhost",
        "my relay.test",
        "relay..test",
        "-relay.test",
        "relay_1.test",
        "*.test",
        "999.1.1.1",
        "[relay]",
    ],
)
def test_name_that_mail_servers_would_refuse_is_refused_at_once(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    sentence = sentence_about(monkeypatch, SMTP_EHLO_NAME=value)
    assert sentence.startswith("SMTP_EHLO_NAME: Write a full name like access.company.com")
    assert sentence.endswith(f"but it is {value!r}.")


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, None),
        ({"EMAIL_FROM": "access@apps.contoso.com", "SITE_URL": "https://access.contoso.com"}, "apps.contoso.com"),
        ({"EMAIL_FROM": "access@relay", "SITE_URL": "https://access.contoso.com:8443/"}, "access.contoso.com"),
        ({"EMAIL_FROM": "access@relay", "SITE_URL": "http://192.0.2.1:8080"}, "[192.0.2.1]"),
        ({"EMAIL_FROM": "access@relay", "SITE_URL": "http://localhost:5173"}, None),
    ],
)
def test_name_for_mail_servers_is_taken_from_other_settings(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], name: str | None
) -> None:
    assert read_with(monkeypatch, **settings).ehlo_name == name


@pytest.mark.parametrize("host", ["mail", "smtp.company.com", "127.0.0.1", "::1", "fd00::7"])
def test_mail_server_is_named_or_has_an_address(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    assert read_with(monkeypatch, SMTP_HOST=host).smtp_host == host


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("adb-1.2.azuredatabricks.net", "https://adb-1.2.azuredatabricks.net"),
        ("https://adb-1.2.azuredatabricks.net/", "https://adb-1.2.azuredatabricks.net"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_platform_is_spoken_to_in_the_clear_on_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, text: str, url: str
) -> None:
    settings = read_with(monkeypatch, DATABRICKS_HOST=text, FOUNDRY_HOSTNAME=text)
    assert settings.databricks_host == settings.foundry_hostname == url


def test_roles_are_mapped_by_json(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_with(monkeypatch, PALANTIR_ACCESS="foundry", **FOUNDRY)
    assert settings.foundry_role_ids == {"Viewer": "1"}


def test_everything_that_is_unfit_for_azure_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = sentence_about(monkeypatch, WEBSITE_SITE_NAME="site", REQUIRE_AUTHORIZATION="false")
    assert all(name in sentences for name in ("DATABASE_URL", "EMAIL_SENDER", "REQUIRE_AUTHORIZATION"))


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://localhost/access",
        "mssql+pymssql://localhost/access",
    ],
)
def test_unusable_database_url_is_named(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: "):
        open_app_context(read_settings(database_url=url))


@pytest.mark.usefixtures("impatient")
def test_database_file_in_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: "):
        open_app_context(read_settings(database_url=f"sqlite:///{tmp_path}/missing/access.db"))


def test_secrets_do_not_show_in_a_printed_settings_object(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_with(
        monkeypatch,
        SMTP_USERNAME="alice",
        SMTP_PASSWORD="hunter2",
        AZURE_COMMUNICATION_CONNECTION_STRING="endpoint=https://mail.test;accesskey=aHVudGVyMg==",
        DATABASE_URL="mssql+pyodbc://app:hunter2@server/access",
        DATABRICKS_TOKEN="hunter2",
        FOUNDRY_CLIENT_SECRET="hunter2",
    )
    assert not re.search("hunter2|aHVudGVyMg", f"{settings!r} {settings}")


@pytest.mark.parametrize(
    ("variables", "uri"),
    [
        ({}, None),
        ({"AzureWebJobsStorage": "UseDevelopmentStorage=true"}, None),
        ({"AzureWebJobsStorage__accountName": "jobs"}, "https://jobs.queue.core.windows.net"),
        ({"AzureWebJobsStorage__queueServiceUri": "https://jobs.queue.example"}, "https://jobs.queue.example"),
    ],
)
def test_queues_are_those_of_the_hosts_own_storage(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], uri: str | None
) -> None:
    settings = read_with(monkeypatch, **variables)
    assert (settings.queue_service_uri, settings.has_queues) == (uri, bool(variables))


def test_budget_of_a_run_ends_before_the_functions_hosts_timeout() -> None:
    hours, minutes, seconds = json.loads((ROOT / "host.json").read_text())["functionTimeout"].split(":")
    timeout = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    assert timedelta(seconds=read_settings().job_budget_seconds) < timeout


def test_example_lists_every_setting_and_nothing_else() -> None:
    assert set(EXAMPLE["Values"]) == (NAMES - SET_BY_AZURE) | SCHEDULES | OF_THE_HOST


def test_example_explains_every_setting_in_one_sentence() -> None:
    assert list(EXAMPLE["Explanations"]) == list(EXAMPLE["Values"])
    assert all(explanation.endswith(".") for explanation in EXAMPLE["Explanations"].values())


def test_example_gives_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    without_default = {name.lower(): EXAMPLE["Values"][name] for name in SCHEDULES}
    without_default["storage_connection_string"] = SecretStr(EXAMPLE["Values"]["AzureWebJobsStorage"])
    defaults = read_settings().model_copy(update=without_default)
    assert read_with(monkeypatch, **EXAMPLE["Values"]) == defaults
    assert all(isinstance(value, str) for value in EXAMPLE["Values"].values())


def test_example_staggers_the_four_schedules() -> None:
    schedules = [EXAMPLE["Values"][name] for name in SCHEDULES]
    assert len(set(schedules)) == 4
    assert all(len(schedule.split()) == 6 for schedule in schedules)


def test_example_serves_port_5000_to_the_site_on_5173() -> None:
    assert EXAMPLE["Host"] == {"LocalHttpPort": 5000, "CORS": "http://localhost:5173"}
