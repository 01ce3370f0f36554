"""What the documents name exists: files, headings, routes, commands and settings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.functions.decorators.function_app import Function

from config.settings import Settings

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
API = ROOT / "docs" / "api.md"
DOCUMENTS = [
    README,
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "static_web" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
MAX_README_LINES = 150
JOB_TYPES = [
    "ExpiryNotificationDatabricks",
    "ExpiryNotificationPalantir",
    "RevokeExpiredDatabricks",
    "RevokeExpiredPalantir",
]

_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
# A name of a setting; a word without an underscore may be anything.
_NAME = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
_TABLE_ROW = re.compile(r"^\| (GET|POST) \|([^|]*)\|", re.MULTILINE)

# Besides the app's own: those of its host, of azd and of make.
NAMES_SETTINGS = ["local.settings.json.example", "azure.yaml", "infra", "demo", "static_web/scripts", "Makefile"]

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def read(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def code(document: Path) -> str:
    """Returns all that is set as code, in lines and in blocks."""
    text = read(document)
    return "\n".join([*_FENCE.findall(text), *_CODE.findall(_FENCE.sub("", text))])


def anchors(document: Path) -> set[str]:
    """Returns the headings' anchors as GitHub makes them."""
    headings = _HEADING.findall(_FENCE.sub("", read(document)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(document: Path) -> Iterator[str]:
    for link in _LINK.findall(_FENCE.sub("", read(document))):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if "://" in link:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@each_document
def test_link_leads_to_a_file_or_heading_that_exists(document: Path) -> None:
    assert list(broken_links(document)) == []


def test_link_to_a_missing_file_or_heading_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One two\n[a](#one-two) [b](#three) [c](page.md#one-two) [d](other.md) [e](https://example.com/x)"
    )
    assert list(broken_links(page)) == ["#three", "other.md"]


@each_document
def test_path_that_is_named_exists(document: Path) -> None:
    folders = "|".join(path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0].isalpha())
    named = re.findall(rf"`((?:{folders})/[\w./-]*)`", read(document))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    linked = {(README.parent / link).resolve() for link in _LINK.findall(read(README))}
    assert set(DOCUMENTS) - {README} <= linked


def test_readme_is_short() -> None:
    assert len(read(README).splitlines()) <= MAX_README_LINES


def test_table_of_the_four_jobs_has_the_four_job_types() -> None:
    section = read(README).partition("## The four jobs\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE) == JOB_TYPES


@each_document
def test_make_target_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", read(ROOT / "Makefile"), flags=re.MULTILINE))
    named = set(re.findall(r"\bmake ((?!_)[a-z][a-z-]*)", code(document)))
    assert named <= targets


@each_document
def test_setting_that_is_named_exists(document: Path) -> None:
    settings = {name.upper() for name in Settings.model_fields}
    elsewhere = {name for folder in NAMES_SETTINGS for name in names_below(ROOT / folder)}
    assert set(_NAME.findall(code(document))) - own_variables(document) <= settings | elsewhere


def names_below(folder: Path) -> set[str]:
    files = [folder] if folder.is_file() else [path for path in folder.rglob("*.*") if "__pycache__" not in path.parts]
    return {name for path in files for name in _NAME.findall(read(path))}


def own_variables(document: Path) -> set[str]:
    """Returns those that a block of the document sets for itself."""
    return set(re.findall(r"^\s*([A-Z_]+)=", code(document), flags=re.MULTILINE))


def test_api_page_tells_every_route_and_no_other(functions: list[Function]) -> None:
    triggers: list[Any] = [function.get_trigger() for function in functions if function.is_http_function()]
    routes = {(method.value, f"/{trigger.route}") for trigger in triggers for method in trigger.methods}
    routes = {(method, path) for method, path in routes if not path.startswith("/palantir/")}
    assert set(told_routes()) == routes - {("GET", "/openapi.json")}


def told_routes() -> Iterator[tuple[str, str]]:
    """Returns the routes of api.md. The first table's paths lie under a platform, the second's under /api."""
    one_platform, _, all_platforms = read(API).partition("## All platforms")
    for table, prefix in ((one_platform, "/databricks/access-requests"), (all_platforms, "")):
        for method, paths in _TABLE_ROW.findall(table):
            for path in _CODE.findall(paths) or [""]:
                yield method, prefix + path.partition("?")[0]
