"""What only the edge may touch stays at the edge; import-linter sees to the directions (pyproject.toml)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("function_app.py", "reports", "jobs", "access", "api", "config", "sql")
# A program of its own, which is handed its URL by the environment.
READS_ITS_URL = "sql/__main__.py"
EDGES = {"function_app.py", "api/call.py", "api/http.py"}


def modules(*parts: str) -> list[str]:
    paths = (
        path for part in parts for path in ([ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*.py"))
    )
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


def imported_names(module: str) -> Iterator[str]:
    """Every name that the module imports, at its top or inside a function; `importlib` with a constant name too."""
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                assert node.level == 0, f"{module} imports relatively"
                yield str(node.module)
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name))]):
                yield name


@pytest.mark.parametrize("module", modules(*PRODUCT))
def test_functions_sdk_is_imported_only_at_the_edge(module: str) -> None:
    uses_sdk = any(f"{name}.".startswith("azure.functions.") for name in imported_names(module))
    assert uses_sdk <= (module in EDGES)


@pytest.mark.parametrize("module", modules(*PRODUCT))
def test_environment_is_read_by_nothing_but_the_settings_class(module: str) -> None:
    reads = {"os.environ", "os.getenv", "os.environb"}
    source = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    touched = {ast.unparse(node) for node in ast.walk(source) if isinstance(node, ast.Attribute)} & reads
    touched |= set(imported_names(module)) & reads
    assert bool(touched) == (module == READS_ITS_URL)


@pytest.mark.parametrize("module", modules(*PRODUCT))
def test_drivers_and_mail_clients_are_imported_only_when_needed(module: str) -> None:
    source = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    at_import = [
        name for node in source.body if isinstance(node, ast.Import | ast.ImportFrom) for name in names_of(node)
    ]
    late = (
        "pyodbc",
        "azure.identity",
        "azure.communication",
        "azure.storage",
        "aiosmtplib",
        "aiohttp",
        "aiolimiter",
        "idna",
        "jinja2",
    )
    assert not [name for name in at_import if name.startswith(late)]


def names_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]


def test_this_test_sees_the_modules() -> None:
    assert len(modules(*PRODUCT)) > 30
    assert {"config.context", "azure.functions"} <= set(imported_names("api/http.py"))
