"""Every environment variable that the product reads, checked once; local.settings.json.example explains each."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.platform_settings import DatabricksSettings, PalantirSettings
from config.setting_types import (
    ConfidentialError,
    Count,
    Folder,
    HostName,
    KeysUrl,
    Line,
    MailConnection,
    MailServiceUrl,
    PlainAddress,
    QueueServiceUrl,
    Seconds,
    Secret,
    SiteUrl,
)


class SettingsError(Exception):
    """A setting is unusable; the message names the variable and says what it accepts."""


# The default limits of Azure Communication Services.
AZURE_EMAILS_PER_MINUTE = 30
AZURE_EMAILS_PER_HOUR = 100

LOCAL_SITE_URL = "http://localhost:5173"


class Settings(DatabricksSettings, PalantirSettings, BaseSettings):
    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, validate_by_name=True)

    database_url: Annotated[str, Field(repr=False)] = "sqlite:///access_requests.db"  # may hold a password
    database_pool_size: Annotated[int, Field(ge=5, le=100)] = 10  # for callers; runs have their own

    simulated_email_seconds: Seconds = 10
    revoke_delay_seconds: Seconds = 15
    job_budget_seconds: Annotated[Seconds, Field(gt=0)] = 540
    run_max_items: Count = 50_000
    max_extension_days: Annotated[int, Field(ge=1, le=36_500)] = 180
    run_history_days: Annotated[int, Field(ge=1, le=36_500)] = 400
    allow_test_simulation: bool | None = None

    email_sender: Literal["simulated", "smtp", "azure"] = "simulated"
    email_from: PlainAddress = "access-requests@localhost"
    email_timeout_seconds: Annotated[Seconds, Field(gt=0, le=50)] = 30
    email_reply_to: PlainAddress | None = None
    email_max_concurrency: Count = 20
    email_per_minute: Count | None = None
    email_per_hour: Count | None = None
    email_digest: bool = False
    email_templates: Folder | None = None
    smtp_host: HostName = "localhost"
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_username: Line | None = None
    smtp_password: Secret | None = None
    azure_communication_endpoint: MailServiceUrl | None = None
    azure_communication_connection_string: MailConnection | None = None

    site_url: SiteUrl | None = None

    connector_requests_per_second: Annotated[float, Field(ge=0.01, le=10_000, allow_inf_nan=False)] = 10
    connector_max_concurrency: Annotated[int, Field(ge=1, le=100)] = 4
    connector_timeout_seconds: Annotated[Seconds, Field(gt=0, le=50)] = 20
    connector_retry_seconds: Annotated[Seconds, Field(gt=0, le=5)] = 0.2

    require_authorization: bool | None = None
    auth_issuer: Line | None = None
    auth_audience: Line | None = None
    auth_jwks_uri: KeysUrl | None = None

    # also read by the host's Python worker, which then exports the app's spans and counters
    python_applicationinsights_enable_telemetry: bool = False

    # the host's own storage account; its queues also start runs: by a connection string, or as the managed identity
    storage_connection_string: Secret | None = Field(None, validation_alias="AzureWebJobsStorage")
    storage_queue_service_uri: QueueServiceUrl | None = Field(
        None, validation_alias="AzureWebJobsStorage__queueServiceUri"
    )
    storage_account_name: Line | None = Field(None, validation_alias="AzureWebJobsStorage__accountName")
    storage_client_id: Line | None = Field(None, validation_alias="AzureWebJobsStorage__clientId")

    # set by Azure or the host, never by people
    azure_functions_environment: str | None = None
    website_site_name: str | None = None
    website_instance_id: str | None = None
    website_auth_enabled: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Reads the environment only: no .env file, no directory of secrets."""
        return init_settings, env_settings

    @property
    def is_local(self) -> bool:
        """Tells whether this is surely a person's own machine: Core Tools or the local host, and not App Service."""
        in_app_service = bool(self.website_site_name or self.website_instance_id)
        return self.azure_functions_environment == "Development" and not in_app_service

    @property
    def trusted_site(self) -> str | None:
        """Returns the site whose pages may make changes, besides pages of this host's own origin."""
        return self.site_url or (LOCAL_SITE_URL if self.is_local else None)

    @property
    def queue_service_uri(self) -> str | None:
        """Returns the address of the queues that the app reaches as its managed identity."""
        if self.storage_account_name and not self.storage_queue_service_uri:
            return f"https://{self.storage_account_name}.queue.core.windows.net"
        return self.storage_queue_service_uri

    @property
    def has_queues(self) -> bool:
        return bool(self.storage_connection_string or self.queue_service_uri)

    @property
    def test_simulation_allowed(self) -> bool:
        return self.is_local if self.allow_test_simulation is None else self.allow_test_simulation

    @property
    def authorization_required(self) -> bool:
        return not self.is_local if self.require_authorization is None else self.require_authorization

    @property
    def emails_per_minute(self) -> int | None:
        """Returns the limit of all runs together, or None for no limit."""
        return self.email_per_minute or (AZURE_EMAILS_PER_MINUTE if self.email_sender == "azure" else None)

    @property
    def emails_per_hour(self) -> int | None:
        """Returns the limit of all runs together, or None for no limit."""
        return self.email_per_hour or (AZURE_EMAILS_PER_HOUR if self.email_sender == "azure" else None)

    @model_validator(mode="before")
    @classmethod
    def _strip_blanks(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Removes blanks around a value, such as the line end of a secret from a file. A blank value sets nothing."""
        return {
            name: value.strip() if isinstance(value, str) else value
            for name, value in values.items()
            if not (isinstance(value, str) and value.isspace())
        }

    @model_validator(mode="after")
    def _refuse_what_fits_badly(self) -> Self:
        sentences = [*self._misfits(), *([] if self.is_local else self._unfit_for_production())]
        if sentences:
            raise ValueError(" ".join(sentences))
        return self

    def _misfits(self) -> Iterator[str]:
        if self.revoke_delay_seconds >= self.job_budget_seconds:
            yield (
                "REVOKE_DELAY_SECONDS must be less than JOB_BUDGET_SECONDS. "
                "Otherwise a run's time is over before it revokes anything."
            )
        azure_resources = (self.azure_communication_endpoint, self.azure_communication_connection_string)
        if self.email_sender == "azure" and azure_resources.count(None) != 1:
            yield (
                "EMAIL_SENDER=azure needs AZURE_COMMUNICATION_ENDPOINT, to send as the app's managed identity, "
                "or AZURE_COMMUNICATION_CONNECTION_STRING, but not both."
            )
        if (self.smtp_username is None) != (self.smtp_password is None):
            yield "SMTP_USERNAME and SMTP_PASSWORD belong together. Set both or neither."
        if len({value is None for value in (self.auth_issuer, self.auth_audience, self.auth_jwks_uri)}) > 1:
            yield "AUTH_ISSUER, AUTH_AUDIENCE and AUTH_JWKS_URI belong together. Set all three or none."
        yield from self.databricks_misfits()
        yield from self.palantir_misfits()

    def _unfit_for_production(self) -> Iterator[str]:
        """Yields a sentence for each setting that would fail silently in production."""
        if self.database_url.startswith("sqlite"):
            yield (
                "DATABASE_URL must name Azure SQL, like mssql+pyodbc://server/database. "
                "Each instance would have its own SQLite file, and a lock in it would not stop the other instances."
            )
        if self.email_sender == "simulated":
            yield "EMAIL_SENDER must be smtp or azure. Simulated reminders are recorded but not sent."
        if self.auth_jwks_uri and not self.auth_jwks_uri.startswith("https://"):
            yield "AUTH_JWKS_URI must begin with https://. Without it, a forged key would let anyone sign in."
        if self.allow_test_simulation:
            yield "ALLOW_TEST_SIMULATION cannot be true in Azure. Remove it."
        if self.require_authorization is False:
            yield "REQUIRE_AUTHORIZATION cannot be false in Azure. Remove it."


def read_settings(**overrides: Any) -> Settings:
    """Returns the settings of this process. Raises SettingsError, with one sentence per unusable variable."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        sentences = (
            f"{_variable(details)}: {_message(details)}{_repeated(details)}." if details["loc"] else _message(details)
            for details in error.errors()
        )
        # pydantic's own error would print every setting, also secrets, into the log of the start
        raise SettingsError(" ".join(sentences)) from None


def _variable(details: ErrorDetails) -> str:
    name = str(details["loc"][0])
    return name.upper() if name in Settings.model_fields else name


def _repeated(details: ErrorDetails) -> str:
    is_confidential = isinstance(details.get("ctx", {}).get("error"), ConfidentialError)
    return "" if is_confidential else f", but it is {details['input']!r}"


def _message(details: ErrorDetails) -> str:
    return details["msg"].removeprefix("Value error, ")
