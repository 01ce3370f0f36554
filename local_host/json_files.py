"""Reads JSON files as the Functions host and Core Tools do: with byte order marks, comments and trailing commas."""

import codecs
import json
import re
from pathlib import Path
from typing import Any

_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_STRING = r'"(?:[^"\\]|\\.)*"'
_COMMENT = re.compile(rf"{_STRING}|//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_TRAILING_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)


def read_json_object(path: Path) -> dict[str, Any]:
    """Returns the object in the file. Raises OSError, and ValueError with a sentence for people."""
    content = path.read_bytes()
    encoding = next((name for mark, name in _ENCODINGS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
        for extra in (_COMMENT, _TRAILING_COMMA):
            text = extra.sub(_blank_unless_string, text)
        value = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not text in {encoding}; save it as UTF-8") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("it must hold one JSON object, in {}")
    return value


def _blank_unless_string(match: re.Match[str]) -> str:
    """Keeps the line ends, so that an error names the right line."""
    return match[0] if match[0].startswith('"') else re.sub(r"[^\r\n]", " ", match[0])
