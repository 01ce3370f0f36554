"""Reads local.settings.json as Core Tools does: Values become environment variables unless they are set already.

Core Tools ignores the whole file for a value that it cannot read. Here a sentence names that value instead.
"""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_host.json_files import read_json_object

DEFAULT_PORT = 5000
MAX_PORT = 65535
_SECTIONS = ("IsEncrypted", "Values", "ConnectionStrings", "Host")
_OWN_ADDRESSES = ("localhost", "127.0.0.1")

logger = logging.getLogger(__name__)


class LocalSettingsError(Exception):
    """The settings file cannot be read; the message names it and says what to correct."""


@dataclass(frozen=True)
class HostSettings:
    port: int
    cors_origins: list[str]
    cors_credentials: bool = False


def load_local_settings(folder: Path) -> HostSettings:
    """Reads local.settings.json, or the example when it is missing; PORT overrides Host.LocalHttpPort.

    Tells the app that it runs on a person's own machine, as Core Tools does. A variable that is set to nothing stays
    so: a command can blank a setting of the file. Raises LocalSettingsError.
    """
    path = folder / "local.settings.json"
    if not path.exists():
        path = folder / "local.settings.json.example"
    os.environ.setdefault("AZURE_FUNCTIONS_ENVIRONMENT", "Development")
    try:
        content = read_json_object(path)
        _require_known_spelling(content)
        values = {**dict(_values(_section(content, "Values"))), **dict(_connections(content))}
        if values and _is_encrypted(content.get("IsEncrypted")):
            raise ValueError("IsEncrypted is true, and only Core Tools can decrypt it. Run func settings decrypt")
        for name, value in values.items():
            _set_unless_set(name, value)
        return _host_settings(_section(content, "Host"))
    except (OSError, ValueError) as error:
        raise LocalSettingsError(f"{path.name} or PORT cannot be used: {error}") from error


def _require_known_spelling(content: dict[str, Any]) -> None:
    for section in _SECTIONS:
        for name in content:
            if name != section and name.casefold() == section.casefold():
                raise ValueError(f"Core Tools does not read {name!r}. Write {section}")


def _section(content: dict[str, Any], name: str) -> dict[str, Any]:
    section = content.get(name)
    if section is not None and not isinstance(section, dict):
        raise ValueError(f"{name} must be an object, in {{}}")
    return section or {}


def _is_encrypted(value: object) -> bool:
    """Takes a missing value for false. Core Tools takes it for true, and then fails to decrypt plain text."""
    known = {"true": True, "false": False, "1": True, "0": False, "none": False}
    if str(value).casefold() not in known:
        raise ValueError("IsEncrypted must be true or false")
    return known[str(value).casefold()]


def _values(section: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in section.items():
        if value is None or not name:
            logger.warning("Values: %s is skipped, as by Core Tools: it has no value or no name", name or "''")
        elif isinstance(value, dict | list):
            raise ValueError(f"Values.{name} is an object or a list. Write it as text, in quotes")
        elif isinstance(value, float):
            yield name, repr(value).removesuffix(".0").upper()
        else:
            yield name, str(value)


def _connections(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in _section(content, "ConnectionStrings").items():
        text = value.get("ConnectionString") if isinstance(value, dict) else value
        if not isinstance(text, str):
            raise ValueError(f"ConnectionStrings.{name} must be text, or an object with ConnectionString")
        yield f"ConnectionStrings:{name}", text


def _set_unless_set(name: str, value: str) -> None:
    try:
        os.environ.setdefault(name, value)
    except ValueError as error:  # the name holds =, or one of them a zero byte or half a character
        raise ValueError(f"{name!r} cannot be an environment variable with this value ({error})") from error


def _host_settings(host: dict[str, Any]) -> HostSettings:
    host = {name.casefold(): value for name, value in host.items()}
    port = os.environ.get("PORT") or host.get("localhttpport", DEFAULT_PORT)
    if isinstance(port, bool) or not str(port).strip().isdecimal() or not 0 < int(port) <= MAX_PORT:
        raise ValueError(f"the port must be a number from 1 to {MAX_PORT}, but it is {port!r}")
    origins, address, credentials = (host.get(name) for name in ("cors", "localhttpaddress", "corscredentials"))
    if origins is not None and not isinstance(origins, str):
        raise ValueError("Host.CORS must be text, with commas between addresses")
    if address and address not in _OWN_ADDRESSES:
        raise ValueError("Host.LocalHttpAddress must be localhost: this host serves this machine only")
    if not isinstance(credentials, bool | None):
        raise ValueError("Host.CORSCredentials must be true or false")
    named = [origin.strip() for origin in (origins or "").split(",") if origin.strip()]
    return HostSettings(int(port), named, bool(credentials))
