"""One row of the table: ours against something else, measured side by side in the same run."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


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

    `limited_by` says what the rest of the time or memory goes to.
    """

    what: str
    ours: str
    compared_with: str
    ratio: float
    reach: Reach | None = None
    limited_by: str = ""

    @property
    def met(self) -> str:
        if self.reach is None:
            return "-"
        return "yes" if self.reach.is_met_by(self.ratio) else "NO"


HEADINGS = ("what", "ours", "compared with", "ratio", "reach", "met", "limited by")


def render_table(comparisons: Sequence[Comparison]) -> str:
    rows: list[tuple[str, ...]] = [
        HEADINGS,
        *(
            (row.what, row.ours, row.compared_with, f"{row.ratio:.2f}", str(row.reach or "-"), row.met, row.limited_by)
            for row in comparisons
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def progress(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def seconds_taken(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_seconds(repeats: int, *works: Callable[[], object]) -> list[float]:
    """The median of each work over `repeats` rounds; every round does all of them, so that they share the weather."""
    rounds = [[seconds_taken(work) for work in works] for _ in range(repeats)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def show_seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"
