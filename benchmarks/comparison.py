"""One row of the table: our time or memory against another one, measured in the same run."""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

# The widths are fixed, since each row is printed before the next ones are known.
_WIDTHS = {"row": 8, "what": 62, "ours": 9, "compared with": 44, "ratio": 6, "reach": 7, "met": 3, "note": 0}
_CLEAR_LINE = "\r\033[K"


@dataclass(frozen=True)
class Reach:
    """The limit that a ratio should meet. The table shows it, and nothing fails if it is missed."""

    comparison: str
    value: float

    def __str__(self) -> str:
        return f"{self.comparison} {self.value:g}"

    def is_met_by(self, ratio: float) -> bool:
        return ratio >= self.value if self.comparison == ">=" else ratio <= self.value


@dataclass(frozen=True)
class Comparison:
    """`ratio` is our value divided by the other one. It is the other way round when the reach is a speed-up.

    `note` says what uses the rest of the time or memory, or what exactly was measured.
    """

    what: str
    ours: str
    compared_with: str
    ratio: float
    reach: Reach | None = None
    note: str = ""

    @property
    def misses(self) -> bool:
        return self.reach is not None and not self.reach.is_met_by(self.ratio)


def table_heading() -> str:
    """Returns two lines: the headings and a rule."""
    return f"{_line(*_WIDTHS)}\n{_line(*('-' * max(width, len(name)) for name, width in _WIDTHS.items()))}"


def table_row(name: str, row: Comparison) -> str:
    """Returns one line with its columns under the headings."""
    met = "-" if row.reach is None else "NO" if row.misses else "yes"
    return _line(name, row.what, row.ours, row.compared_with, f"{row.ratio:.2f}", str(row.reach or "-"), met, row.note)


def _line(*cells: str) -> str:
    return "  ".join(map(str.ljust, cells, _WIDTHS.values())).rstrip()


def show(line: str) -> None:
    """Prints a line at once, in place of the last message of `progress`."""
    print(f"{_CLEAR_LINE if sys.stdout.isatty() else ''}{line}", flush=True)


def progress(message: str) -> None:
    """Tells a person at a terminal what is under way. The next line replaces it."""
    if sys.stdout.isatty():
        print(f"{_CLEAR_LINE}{message}", end="", flush=True)


def seconds_taken(work: Callable[[], object]) -> float:
    """Returns how long the work took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_seconds(repeats: int, *works: Callable[[], object], at_most_seconds: float = float("inf")) -> list[float]:
    """Returns the median of each work. Every round does all of them, so that the load of the machine hits all alike.

    No round begins after `at_most_seconds`, since fewer rounds are enough for slow work.
    """
    rounds: list[list[float]] = []
    started = time.perf_counter()
    while len(rounds) < repeats and (not rounds or time.perf_counter() - started < at_most_seconds):
        rounds.append([seconds_taken(work) for work in works])
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def show_seconds(seconds: float) -> str:
    """Returns `1.5 s` or `12.34 ms`."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"
