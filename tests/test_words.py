"""The words that people read: plain phrases, sentences with the subject first, docstrings that begin with a verb."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# A folder stands for all its modules, documents and SQL.
ROOMS = (
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "access",
    "api",
    "benchmarks",
    "config",
    "demo",
    "docs",
    "function_app.py",
    "jobs",
    "local_host",
    "reports",
    "schedules",
    "sql",
    "static_web/README.md",
    "tools",
)
# Texts that may break a rule, by their file.
ALLOWED: dict[str, tuple[str, ...]] = {}

MAX_WORDS = 25
BANNED_PHRASES = re.compile(
    r"\b(anew|shall|nobody|mend(?:s|ed|ing)?|is no(?! longer)|without a word|what there is not"
    r"|go(?:es|ing)? on with|(?:takes?|taken|took)(?: \w+)? away)\b",
    re.IGNORECASE,
)
BANNED_BEGINNINGS = re.compile(r"(?:^|(?<=[.!?:;] ))(Of|By|What|Whose|Where|In which)\b")
# Words that end like a verb in the present.
NOT_VERBS = frozenset({"Always", "As", "Its", "This"})

Text = tuple[int, str]


def wrong_words(text: str) -> list[str]:
    """Returns the banned phrases of a text, the banned beginnings of its sentences, and the sentences too long."""
    found = [match[1] for rule in (BANNED_PHRASES, BANNED_BEGINNINGS) for match in rule.finditer(text)]
    sentences = [part for part in re.split(r"(?<=[.!?]) | \| ", text) if part.endswith((".", "!", "?"))]
    return [*found, *(sentence for sentence in sentences if len(re.findall(r"\w[\w'.-]*", sentence)) > MAX_WORDS)]


def begins_with_verb(docstring: str) -> bool:
    word = re.match(r"[A-Z][a-z]*s\b", docstring)
    return word is not None and word[0] not in NOT_VERBS


def python_texts(source: str) -> Iterator[Text]:
    """Yields the paragraphs of each string and comment, each with its line."""
    tree = ast.parse(source)
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "_" for part in node.values)
            yield node.lineno, " ".join(text.split())
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            for paragraph in re.split(r"\n\s*\n", node.value):
                yield node.lineno, " ".join(paragraph.split())
    yield from comments(source)


def comments(source: str) -> Iterator[Text]:
    """Yields each comment, with the lines of a longer one together."""
    lines: list[str] = []
    last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if lines and (token.start[0] != last + 1 or not token.line.lstrip().startswith("#")):
                yield last, " ".join(lines)
                lines = []
            lines.append(token.string.lstrip("# "))
            last = token.start[0]
    if lines:
        yield last, " ".join(lines)


def function_docstrings(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (docstring := ast.get_docstring(node)):
            yield node.lineno, docstring


def document_texts(source: str) -> Iterator[Text]:
    """Yields the paragraphs, list items and table rows of a document, without its code and headings."""
    prose = re.sub(r"^ *```.*?^ *```$", lambda code: "\n" * code[0].count("\n"), source, flags=re.M | re.S)
    line = 1
    for block in re.split(r"(?<=\n)(?= *(?:[-*|#]|\d+\.|\n))", re.sub(r"`[^`]*`", "_", prose)):
        text = " ".join(block.split())
        if not text.startswith("#"):
            yield line + len(block) - len(block.lstrip("\n")), re.sub(r"^(?:[-*]|\d+\.) ", "", text)
        line += block.count("\n")


def sql_texts(source: str) -> Iterator[Text]:
    """Yields each comment, with the lines of a longer one together, without the headings of statements and steps."""
    prose = re.sub(r"^--(?: (?:name|(?:add|drop|require) \w+): .*)?$", "", source, flags=re.M)
    for comment in re.finditer(r"(?:^--.*\n)+", prose, re.M):
        yield prose.count("\n", 0, comment.start()) + 1, " ".join(re.sub(r"^--", "", comment[0], flags=re.M).split())


TEXTS = {".py": python_texts, ".md": document_texts, ".sql": sql_texts}


def faults(file: Path) -> Iterator[str]:
    source, name = file.read_text(encoding="utf-8"), file.relative_to(ROOT).as_posix()
    for line, text in TEXTS[file.suffix](source):
        if text not in ALLOWED.get(name, ()):
            yield from (f"{name}:{line}: {wrong!r} in {text!r}" for wrong in wrong_words(text))
    for line, docstring in function_docstrings(source) if file.suffix == ".py" else ():
        if not begins_with_verb(docstring):
            yield f"{name}:{line}: no verb first in {docstring.splitlines()[0]!r}"


def files() -> Iterator[Path]:
    for room in ROOMS:
        path = ROOT / room
        assert path.exists(), f"{room} does not exist. Correct ROOMS."
        yield from sorted(file for suffix in TEXTS for file in path.rglob(f"*{suffix}")) if path.is_dir() else [path]


def test_words_are_plain_and_sentences_short() -> None:
    found = [fault for file in files() for fault in faults(file)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("The table is made anew.", "anew"),
        ("A run shall end.", "shall"),
        ("Nobody is signed in.", "Nobody"),
        ("This is no address.", "is no"),
        ("It mends the file.", "mends"),
        ("It goes on with the rest.", "goes on with"),
        ("Privileges are taken away.", "taken away"),
        ("Take it away.", "Take it away"),
        ("It fails without a word.", "without a word"),
        ("Of these, one is due.", "Of"),
        ("It stops. By then, all are sent.", "By"),
        ("One rule: What was sent stays.", "What"),
        ("Where no issuer is named, none is asked.", "Where"),
        ("In which case it stops.", "In which"),
        (f"It {'really ' * 24}ends.", f"It {'really ' * 24}ends."),
    ],
)
def test_wrong_words_are_found(text: str, wrong: str) -> None:
    assert wrong_words(text) == [wrong]


@pytest.mark.parametrize(
    "text",
    [
        "It is no longer kept.",
        "Sent by a timer, of which four exist.",
        "Amended",
        f"It {'really ' * 23}ends. So does this.",
    ],
)
def test_plain_words_pass(text: str) -> None:
    assert wrong_words(text) == []


@pytest.mark.parametrize(
    "docstring", ["The requests that are due.", "None without one.", "Its id.", "Whether it is due."]
)
def test_docstring_without_a_verb_first_is_found(docstring: str) -> None:
    assert not begins_with_verb(docstring)


def test_texts_of_a_module_are_its_strings_docstrings_and_comments() -> None:
    source = '''
def greet(name: str) -> str:
    """Greets.

    Where it is
    late, it waits.
    """
    # One comment
    # on two lines.
    return f"Hello, {name}. " "By day."  # And one beside.
'''
    assert sorted(text for _, text in python_texts(source)) == [
        "And one beside.",
        "Greets.",
        "Hello, _. By day.",
        "One comment on two lines.",
        "Where it is late, it waits.",
    ]
    assert list(function_docstrings(source)) == [(2, "Greets.\n\nWhere it is\nlate, it waits.")]


def test_texts_of_sql_are_its_comments() -> None:
    source = "-- name: find_one\n-- One\n-- on two lines.\nSELECT 1;\n\n-- add table: JobRun\n-- Another\n--\n-- one.\n"
    assert list(sql_texts(source)) == [(2, "One on two lines."), (7, "Another"), (9, "one.")]


def test_texts_of_a_document_are_its_prose() -> None:
    source = "# What it is\n\nIt is `code`\nand prose.\n\n- Of these\n  one.\n\n```sh\nnobody\n```\n1. Last.\n"
    assert [text for text in document_texts(source) if text[1]] == [
        (3, "It is _ and prose."),
        (6, "Of these one."),
        (12, "Last."),
    ]
