"""Checks the values of settings. Each check's message is completed by the name of the variable."""

import json
import re
from base64 import b64decode
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from unicodedata import category
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from schedules.schedule import read_schedule
from schedules.time_zones import time_zone


class ConfidentialError(ValueError):
    """The value may hold a password or a token, so it is not repeated."""


def _has_control_characters(text: str) -> bool:
    return any(category(character) == "Cc" for character in text)


def _one_line(text: str) -> str:
    if _has_control_characters(text):
        raise ValueError("Remove the line breaks and control characters")
    return text


def _secret_line(secret: SecretStr) -> SecretStr:
    if _has_control_characters(secret.get_secret_value()):
        raise ConfidentialError("Remove the line breaks and control characters")
    return secret


# The text between two dots of an address's first part, where no quotes are needed.
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = re.compile(r"\w([\w-]*\w)?")


def _is_host(text: str) -> bool:
    """Tells whether this is an IP address, or a name that every resolver can look up."""
    try:
        return bool(ip_address(text))
    except ValueError:
        labels = text.removesuffix(".").split(".")
    try:
        ascii_name = ".".join(label.encode("idna").decode() for label in labels)
    except UnicodeError:  # a label that is empty or too long
        return False
    return len(ascii_name) <= 253 and all(map(_LABEL.fullmatch, labels))


def _plain_address(text: str) -> str:
    """Refuses a display name, since the domain becomes part of every Message-ID."""
    local, _, domain = text.partition("@")
    if not re.fullmatch(rf"{_ATOM}(\.{_ATOM})*", local) or len(local) > 64 or not _is_host(domain):
        raise ValueError("Write an address like access@company.com")
    return text


def _host_name(text: str) -> str:
    if not _is_host(text):
        raise ConfidentialError("Write a host like smtp.company.com")
    return text


def ehlo_name_of(host: str) -> str | None:
    """Returns the host as EHLO needs it: a full name as DNS knows it, or an IP address in brackets. None for others."""
    try:
        address = ip_address(host.strip("[]").removeprefix("IPv6:").partition("%")[0])
    except ValueError:
        pass
    else:
        return f"[{'IPv6:' if address.version == 6 else ''}{address}]"
    import idna

    try:
        name = idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return None
    return name if re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z][A-Za-z0-9-]+", name) else None


def _ehlo_name(text: str) -> str:
    name = ehlo_name_of(text)
    if name is None:
        raise ValueError("Write a full name like access.company.com, or an IP address like [192.0.2.1]")
    return name


def _has_host(url: str) -> bool:
    """Tells whether this is a URL to connect to, without a user in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    is_odd = re.search(r"[\s\"<>\\^`{|}]", url) or _has_control_characters(url) or not parts.path.isascii()
    is_whole = port != 0 and "@" not in parts.netloc and not parts.netloc.endswith(":")
    return is_whole and not is_odd and _is_host(parts.hostname or "")


def _web_address(example: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(r"https?://[^?#]+", text) or not _has_host(text):
            raise ConfidentialError(f"Write an address like {example}")
        return text

    return AfterValidator(check)


def _service_url(example: str) -> AfterValidator:
    """Accepts a host with nothing after it. Tokens are sent there, so plain http is accepted for this machine only."""
    advice = f"Write a host like {example}"

    def check(text: str) -> str:
        address = text if "://" in text else f"https://{text}"
        if not _has_host(address):
            raise ConfidentialError(advice)
        url = urlsplit(address)
        is_here = url.hostname in ("localhost", "127.0.0.1", "::1")
        is_allowed = url.scheme == "https" or (url.scheme == "http" and is_here)
        if not is_allowed or url.path.strip("/") or url.query or url.fragment:
            raise ConfidentialError(advice)
        return f"{url.scheme}://{url.netloc}"

    return AfterValidator(check)


def _mail_connection(connection_string: SecretStr) -> SecretStr:
    pairs = (part.partition("=") for part in connection_string.get_secret_value().split(";"))
    parts = {name.casefold(): value for name, _, value in pairs}
    endpoint = parts.get("endpoint", "")
    has_host = _has_host(endpoint if "://" in endpoint else f"https://{endpoint}")
    if not has_host or not _is_key(parts.get("accesskey", "")):
        raise ConfidentialError("Write endpoint=https://<resource>.communication.azure.com;accesskey=<key in Base64>")
    return connection_string


def _is_key(text: str) -> bool:
    try:
        return bool(b64decode(text, validate=True))
    except ValueError:
        return False


def _role_ids(ids: dict[str, str]) -> dict[str, str]:
    if not all(text.strip() for pair in ids.items() for text in pair):
        raise ValueError("Write a name and an id for each role")
    return ids


def _json_object(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise ValueError('Write JSON like {"Viewer": "the id of that role"}')
    return parsed


def _folder(path: Path) -> Path:
    try:
        next(path.iterdir(), None)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"Write the path of a folder that the app can read ({reason})") from error
    return path


def _schedule(text: str) -> str:
    read_schedule(text)
    return text


def _time_zone(name: str) -> str:
    time_zone(name)
    return name


Line = Annotated[str, AfterValidator(_one_line)]
Folder = Annotated[Path, AfterValidator(_folder)]
Secret = Annotated[SecretStr, AfterValidator(_secret_line)]
MailConnection = Annotated[Secret, AfterValidator(_mail_connection)]
PlainAddress = Annotated[Line, AfterValidator(_plain_address)]
SiteUrl = Annotated[str, _web_address("https://access.company.com")]
KeysUrl = Annotated[str, _web_address("https://login.microsoftonline.com/common/discovery/v2.0/keys")]
QueueServiceUrl = Annotated[str, _web_address("https://account.queue.core.windows.net")]
DatabricksUrl = Annotated[str, _service_url("https://adb-1234.5.azuredatabricks.net")]
FoundryUrl = Annotated[str, _service_url("https://company.palantirfoundry.com")]
MailServiceUrl = Annotated[str, _service_url("https://mail.europe.communication.azure.com")]
EhloName = Annotated[Line, AfterValidator(_ehlo_name)]
HostName = Annotated[str, AfterValidator(_host_name)]
ScheduleText = Annotated[str, AfterValidator(_schedule)]
TimeZoneName = Annotated[str, AfterValidator(_time_zone)]
RoleIds = Annotated[dict[str, str], NoDecode, BeforeValidator(_json_object), AfterValidator(_role_ids)]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=1_000_000_000)]  # an INT of the database holds more
