"""Reads local.settings.json as Core Tools does: Values become environment variables unless they are set already."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEFAULT_PORT = 5000
MAX_PORT = 65535


class LocalSettingsError(Exception):
    """The settings file cannot be read; the message names it and says what to correct."""


@dataclass(frozen=True)
class HostSettings:
    port: int
    cors_origins: list[str]


def load_local_settings(folder: Path) -> HostSettings:
    """Reads local.settings.json, or the example when it is missing; PORT overrides Host.LocalHttpPort.

    Tells the app that it runs on a person's own machine, as Core Tools does. Raises LocalSettingsError.
    """
    path = folder / "local.settings.json"
    if not path.exists():
        path = folder / "local.settings.json.example"
    os.environ.setdefault("AZURE_FUNCTIONS_ENVIRONMENT", "Development")
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for name, value in content.get("Values", {}).items():
            os.environ.setdefault(name, str(value))
        host = content.get("Host", {})
        port = int(os.environ.get("PORT") or host.get("LocalHttpPort", DEFAULT_PORT))
        if not 0 < port <= MAX_PORT:
            raise ValueError(f"{port} is outside 1 to {MAX_PORT}")
        origins = [origin.strip() for origin in str(host.get("CORS", "")).split(",") if origin.strip()]
    except (OSError, ValueError, AttributeError) as error:
        raise LocalSettingsError(f"{path.name} or PORT cannot be used: {error}") from error
    return HostSettings(port, origins)
