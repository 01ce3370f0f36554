"""A reader finds a module by its folder and takes in a function at a glance: none of them grows beyond measure."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
ROOMS = ("reports", "jobs", "access", "api", "config", "schedules", "sql", "local_host")
MAX_PARAMETERS = 6
MAX_LINES = 300
MAX_MODULES = 20
MAX_CHAIN = 12  # of modules that import one another, function_app.py among them
# The user gave its first four; the others have defaults.
MANY_PARAMETERS = {"jobs/run_records/job_run_helper.py: try_acquire_lock"}


def modules() -> Iterator[tuple[str, str]]:
    """Every module of the product, with its text."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def parameter_count(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """`self` and `cls` are not counted."""
    arguments = function.args
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    names += [each.arg for each in (arguments.vararg, arguments.kwarg) if each]
    return len(set(names) - {"self", "cls"})


def functions() -> Iterator[tuple[str, int]]:
    """Every function of the product, by module and name, with the number of its parameters."""
    for module, text in modules():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{module}: {node.name}", parameter_count(node)


def test_no_function_takes_more_than_six_parameters() -> None:
    offenders = {name for name, count in functions() if count > MAX_PARAMETERS}
    assert not offenders - MANY_PARAMETERS


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    assert not {module for module, text in modules() if len(text.splitlines()) > MAX_LINES}


def test_no_folder_holds_more_than_twenty_modules() -> None:
    folders = [Path(module).parent for module, _ in modules() if not module.endswith("__init__.py")]
    assert not {folder.as_posix() for folder in folders if folders.count(folder) > MAX_MODULES}


def test_no_chain_of_imports_is_longer_than_twelve_modules() -> None:
    graph = grimp.build_graph(*ROOMS, cache_dir=None)

    @cache
    def chain_from(module: str) -> tuple[str, ...]:
        chains = map(chain_from, graph.find_modules_directly_imported_by(module))
        return (module, *max(chains, key=len, default=()))

    longest = ("function_app", *max(map(chain_from, graph.modules), key=len))
    assert len(longest) <= MAX_CHAIN, " > ".join(longest)


def test_this_test_sees_the_functions() -> None:
    counts = dict(functions())
    assert len(counts) > 300
    assert counts["jobs/run_records/job_run_helper.py: fail_job"] == 3
