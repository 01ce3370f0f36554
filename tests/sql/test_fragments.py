"""Each rule of SQL stands once: in fragments.sql, or in the one file that uses it."""

import re
from collections import defaultdict
from pathlib import Path

from sql import statements
from sql.statements import load_statements
from tests.sql.other_names import FRAGMENTS

FILES = sorted(Path(statements.__file__).parent.glob("*.sql"))
FILE_OF = {
    name: path.name
    for path in FILES
    for name in re.findall(r"^-- name: (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}
# A shorter one compares two keys.
LONG_CONDITION = 45


def as_pattern(fragment: str) -> re.Pattern[str]:
    """Finds the fragment however it is broken into lines, and of whichever row it speaks."""
    words = [re.escape(word).replace(r"\{row\}", r"\w+") for word in fragment.split()]
    return re.compile(r"\s+".join(words))


def test_no_statement_spells_a_fragment_that_it_could_use() -> None:
    texts = load_statements()
    spelled = {
        f"{name} spells {fragment}"
        for fragment in FRAGMENTS
        for dialect in ("mssql", "sqlite")
        if not re.fullmatch(r"\{row\}\.\w+", texts[fragment, dialect])  # a column says nothing of a rule
        if (pattern := as_pattern(texts[fragment, dialect]))
        for (name, of_dialect), text in texts.items()
        if of_dialect == dialect and name != fragment and pattern.search(text)
    }
    assert spelled == set()


def test_no_two_statements_spell_the_same_long_condition() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for (name, _), text in load_statements().items():
        conditions = re.sub(r"\bSET\b.*?\bWHERE\b", "WHERE", " ".join(text.split()))
        for condition in re.split(r"\b(?:AND|WHERE|OR|ON|CASE|WHEN|THEN|FROM|SELECT|ORDER BY|JOIN)\b", conditions):
            if len(condition.strip()) > LONG_CONDITION and re.search(r"[<=>]| IN ", condition):
                found[re.sub(r"\b\w+\.", "", condition.strip(" ;)"))].add(name)
    assert {condition: names for condition, names in found.items() if len(names) > 1} == {}


def test_a_statement_uses_its_own_files_parts_and_those_of_fragments_alone() -> None:
    strangers = {
        f"{name} of {FILE_OF[name]} uses {used} of {FILE_OF[used]}"
        for (name, _), text in load_statements().items()
        for used in re.findall(r"\{(\w+)", text)
        if used in FILE_OF and FILE_OF[used] not in (FILE_OF[name], "fragments.sql")
    }
    assert strangers == set()


def test_every_fragment_has_a_use() -> None:
    used = {used for text in load_statements().values() for used in re.findall(r"\{(\w+)", text)}
    filled_in_by_callers = {
        "among_given_ids",
        "among_failed_in_runs",
        "not_failed_in_runs",
        "not_notified_in_runs",
        "if_expired",
    }
    assert FRAGMENTS - used - filled_in_by_callers == set()
