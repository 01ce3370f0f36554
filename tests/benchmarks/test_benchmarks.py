"""The benchmarks run, at sizes that say nothing about speed."""

from access.platforms import PLATFORMS
from benchmarks.__main__ import run
from benchmarks.comparison import Comparison, Reach, render_table
from benchmarks.sizes import Sizes

TINY = Sizes(
    notifications=20,
    send_seconds=0.05,
    smtp_mails=20,
    many_requests=2000,
    few_requests=1000,
    literal_inserts=10,
    page_repeats=2,
    filter_repeats=1,
    lock_repeats=2,
    message_repeats=2,
    start_repeats=1,
)


def test_every_row_is_measured() -> None:
    rows = [comparison.what for comparison in run(TINY)]
    assert {
        "20 notifications in one run",
        "200 notifications in one run",
        "20 mails over SMTP, sent and recorded",
        "lock acquired and completed",
        "from a message to a run that has ended",
        "import and indexing of the app",
    } < set(rows)
    assert sum(what.startswith("revoking 200 of 2000") for what in rows) == 2
    for platform in PLATFORMS:
        assert sum(what.startswith(platform.title) for what in rows) == 11


def test_the_table_says_of_each_row_whether_its_reach_is_met() -> None:
    rows = [
        Comparison("fast", "1 s", "2 s", 0.5, Reach("<=", 1)),
        Comparison("slow", "1 s", "2 s", 2.0, Reach(">=", 30)),
        Comparison("told only", "1 s", "2 s", 0.5),
    ]
    assert [line.split()[-1] for line in render_table(rows).splitlines()[2:]] == ["yes", "NO", "-"]
