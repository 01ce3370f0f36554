"""Text of SQL stands in sql/ alone: no other room spells a clause, a condition or a function of the database."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("access", "api", "config", "jobs", "reports", "schedules")
# As in SELECT x, INSERT INTO, AND u.x = :y, COALESCE(x), {column} >= :x; names of placeholders are no SQL.
SQL = re.compile(
    r"\b(SELECT \S+.* FROM|INSERT INTO|UPDATE \S+ SET|DELETE FROM|ORDER BY|GROUP BY)\b"
    r"|\b((LEFT|INNER|CROSS) JOIN|UNION ALL)\b"
    r"|\b(WHERE|AND|OR|ON)\s+(NOT\s+)?(EXISTS\b|[\w.{}()+]+\s*(=|<>|<=?|>=?|\bIN\b|\bIS\b|\bLIKE\b))"
    r"|\b(COALESCE|CAST|CONVERT|CONCAT|LOWER|DATEADD|DATEDIFF|GETUTCDATE|COUNT|MAX|MIN)\("
    r"|\bCASE WHEN\b"
    r"|(=|<|>|\bLIKE) :\w+"
)


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string but docstrings; {} stands for what an f-string fills in."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def sql_in(text: str) -> list[str]:
    return [f"{number}: {string}" for number, string in texts(ast.parse(text)) if SQL.search(string)]


def test_no_room_above_sql_spells_sql() -> None:
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    found = [f"{path.relative_to(ROOT)}:{line}" for path in files for line in sql_in(path.read_text(encoding="utf-8"))]
    assert len(files) > len(ROOMS)
    assert found == []


def test_sql_is_recognised_and_docstrings_are_not() -> None:
    spelled = [
        'x = f"AND {column} >= :since"',
        'x = "AND p.status = :status"',
        'x = f"{column} LIKE :pattern"',
        'x = "SELECT 1 FROM JobRun"',
        "x = \"COALESCE(r.Job_Type, '')\"",
        "x = f\"CONCAT({resource}, ' (')\"",
    ]
    assert all(map(sql_in, spelled))
    assert sql_in('"""SELECT 1 FROM x, AND u.x = :y"""\nx = "SELECT"\ny = "{among_given_ids}"') == []
