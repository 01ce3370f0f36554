"""The benchmarks run, at sizes that say nothing about speed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from access.platforms import PLATFORMS
from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.comparison import Comparison, Reach, table_heading, table_row
from benchmarks.sizes import Sizes
from benchmarks.workspace import Workspace

TINY = Sizes(
    notifications=20,
    send_seconds=0.05,
    smtp_mails=20,
    few_sessions_mails=20,
    many_requests=2000,
    fewer_requests=1000,
    literal_inserts=10,
    revocation_rounds=1,
    page_repeats=2,
    filter_repeats=1,
    overview_repeats=1,
    lock_repeats=2,
    message_repeats=2,
    start_repeats=1,
)
OF_LISTS = {
    f"{platform.title}, {count}: {row}"
    for platform in PLATFORMS
    for count, rows in {
        "1,000": ("first page of all requests", "slowest first page by indexes", "slowest text search"),
        "2,000": ("first page of pending expiry", "last page of pending notifications", "slowest text search"),
    }.items()
    for row in rows
}
ROWS = {
    "lock": {"lock acquired and completed"},
    "start": {"import and indexing of the app"},
    "queue": {"from a message to a run that has ended"},
    "smtp": {"20 mails over SMTP, sent and recorded", "the same"},
    "sessions": {"20 mails to a server that takes 3 sessions at once"},
    "mail": {"20 notifications in one run", "200 notifications in one run", "20 notifications of 0 s, each"},
    "lists": OF_LISTS,
    "overview": {f"{platform.title}, 2,000: overview, after a change" for platform in PLATFORMS},
    "revoke": {"revoking 200 of 2,000", "the same"},
}


def _cells(output: str) -> list[list[str]]:
    """Cut where the headings begin: in a line that is not aligned, a cell is not what it should be."""
    heading, *lines = output.splitlines()
    starts = [
        match.start() for match in re.finditer(r"(?<!\S)(row|what|ours|compared with|ratio|reach|met|note)", heading)
    ]
    return [[line[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)] for line in lines]


def test_every_benchmark_is_listed_here() -> None:
    assert set(ROWS) == set(BENCHMARKS)


@pytest.mark.parametrize("name", ROWS)
def test_rows_are_measured_and_printed(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([name], TINY) == 0
    printed, logged = capfd.readouterr()
    rows = _cells(printed)[1:-2]
    assert {row[1] for row in rows} >= ROWS[name]
    for row in rows:
        assert row[0] == name
        assert re.fullmatch(r"\d+\.\d\d", row[4]), row
    assert re.fullmatch(rf"{len(rows)} rows in 0 min \d+ s; \d+ of them miss their reach\.", printed.splitlines()[-1])
    assert logged == ""


def test_an_unknown_name_is_answered_with_the_known_ones(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["mail,mial"], TINY) == 2
    printed, told = capfd.readouterr()
    assert printed == ""
    assert "No rows are named mial." in told
    assert all(f"\n  {name} " in told for name in BENCHMARKS)


def test_help_lists_the_names(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["help"], TINY) == 0
    printed = capfd.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == list(BENCHMARKS)


def _measure_one(_workspace: Workspace) -> Iterator[Comparison]:
    yield Comparison("one", "1 s", "2 s", 0.5, Reach(">=", 30))


def _fail_after_one(_workspace: Workspace) -> Iterator[Comparison]:
    yield Comparison("before", "1 s", "2 s", 0.5)
    raise ValueError("It broke")


def _measure_nothing(_workspace: Workspace) -> Iterator[Comparison]:
    yield from ()


def test_a_reach_that_is_missed_is_not_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    assert main([], TINY, {"one": _measure_one}) == 0
    assert capfd.readouterr().out.endswith("1 rows in 0 min 0 s; 1 of them miss their reach.\n")


def test_what_fails_is_named_with_its_log_after_the_other_rows(capfd: pytest.CaptureFixture[str]) -> None:
    assert main([], TINY, {"broken": _fail_after_one, "one": _measure_one}) == 1
    printed = capfd.readouterr().out
    assert "broken    FAILED: ValueError: It broke\n" in printed
    assert "\none       one " in printed
    assert "\n2 rows in 0 min 0 s; 1 of them miss their reach.\n" in printed
    log = re.search(r"Some benchmarks failed: broken\. The log is (\S+\.log)\.", printed)
    assert log
    assert "ValueError: It broke" in Path(log[1]).read_text()
    Path(log[1]).unlink()


def test_a_benchmark_without_rows_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    assert main([], TINY, {"empty": _measure_nothing}) == 1
    printed = capfd.readouterr().out
    assert "empty     FAILED: AssertionError: The benchmark measured nothing.\n" in printed
    log = re.search(r"The log is (\S+\.log)\.", printed)
    assert log
    Path(log[1]).unlink()


def test_the_table_says_of_each_row_whether_its_reach_is_met() -> None:
    rows = [
        Comparison("fast", "1 s", "2 s", 0.5, Reach("<=", 1)),
        Comparison("slow", "1 s", "2 s", 2.0, Reach(">=", 30)),
        Comparison("told only", "1 s", "2 s", 0.5),
    ]
    table = "\n".join([table_heading(), *(table_row("some", row) for row in rows)])
    assert [cells[6] for cells in _cells(table)[1:]] == ["yes", "NO", "-"]
