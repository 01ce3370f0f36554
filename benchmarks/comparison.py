"""One row of the table: ours against something else, measured side by side in the same run."""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

# One line each, aligned as they come: no row is known before those that follow it.
_WIDTHS = {"row": 8, "what": 62, "ours": 9, "compared with": 44, "ratio": 6, "reach": 7, "met": 3, "note": 0}
_CLEAR_LINE = "\r\033[K"


@dataclass(frozen=True)
class Reach:
    """What a ratio should come to; it is shown, and asserted nowhere."""

    comparison: str
    value: float

    def __str__(self) -> str:
        return f"{self.comparison} {self.value:g}"

    def is_met_by(self, ratio: float) -> bool:
        return ratio >= self.value if self.comparison == ">=" else ratio <= self.value


@dataclass(frozen=True)
class Comparison:
    """`ratio` is ours divided by what it is compared with, or the other way round when the reach is a speed-up.

    `note` says what the rest of the time or memory goes to, or what exactly was measured.
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
    """Returns two lines: the headings, and a rule."""
    return f"{_line(*_WIDTHS)}\n{_line(*('-' * max(width, len(name)) for name, width in _WIDTHS.items()))}"


def table_row(name: str, row: Comparison) -> str:
    """Returns one line, whose columns stand under the headings."""
    met = "-" if row.reach is None else "NO" if row.misses else "yes"
    return _line(name, row.what, row.ours, row.compared_with, f"{row.ratio:.2f}", str(row.reach or "-"), met, row.note)


def _line(*cells: str) -> str:
    return "  ".join(map(str.ljust, cells, _WIDTHS.values())).rstrip()


def show(line: str) -> None:
    """Prints a line at once, in place of what `progress` said."""
    print(f"{_CLEAR_LINE if sys.stdout.isatty() else ''}{line}", flush=True)


def progress(message: str) -> None:
    """Tells a person at a terminal what is under way, until the next line takes its place."""
    if sys.stdout.isatty():
        print(f"{_CLEAR_LINE}{message}", end="", flush=True)


def seconds_taken(work: Callable[[], object]) -> float:
    """Returns how long the work took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_seconds(repeats: int, *works: Callable[[], object], at_most_seconds: float = float("inf")) -> list[float]:
    """Returns the median of each work. Every round does all of them, so that they share the weather.

    No round begins after `at_most_seconds`: what is slow shows it in fewer rounds.
    """
    rounds: list[list[float]] = []
    started = time.perf_counter()
    while len(rounds) < repeats and (not rounds or time.perf_counter() - started < at_most_seconds):
        rounds.append([seconds_taken(work) for work in works])
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def show_seconds(seconds: float) -> str:
    """Returns `1.5 s` or `12.34 ms`."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"
