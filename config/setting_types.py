"""What the values of settings must be like; each check's sentence is a part of the one that names the variable."""

import json
import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode


class ConfidentialError(ValueError):
    """Of a text that may hold a password or a token, so that it is not repeated."""


def _plain_address(text: str) -> str:
    """Its domain becomes part of every Message-ID, so a display name has no place here."""
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", text):
        raise ValueError("Write an address like access@company.com")
    return text


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^/\s@?#]+(/[^\s?#]*)?", text):
        raise ConfidentialError("Write an address like https://access.company.com")
    return text


def _platform_url(text: str) -> str:
    """With its scheme and nothing after the host: tokens are sent there, so in the clear only to this machine."""
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        url = urlsplit("")
    is_allowed = url.scheme == "https" or (url.scheme == "http" and url.hostname in ("localhost", "127.0.0.1", "::1"))
    if not is_allowed or not url.hostname or "@" in url.netloc or url.path.strip("/") or url.query or url.fragment:
        raise ConfidentialError("Write a host like https://adb-1234.5.azuredatabricks.net")
    return f"{url.scheme}://{url.netloc}"


def _json_object(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        parsed = json.loads(value)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise ValueError('Write JSON like {"Viewer": "the id of that role"}')
    return parsed


PlainAddress = Annotated[str, AfterValidator(_plain_address)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
PlatformUrl = Annotated[str, AfterValidator(_platform_url)]
RoleIds = Annotated[dict[str, str], NoDecode, BeforeValidator(_json_object)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
