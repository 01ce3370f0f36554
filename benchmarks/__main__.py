"""`python -m benchmarks`: measures, and prints each row of the table as soon as it is known.

Names choose some of the rows, as in `python -m benchmarks mail smtp`; `help` lists the names. The product's log goes to
a file, which is kept if something failed.
"""

import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks import (
    cold_start,
    few_sessions,
    job_lock,
    list_pages,
    notification_run,
    overview,
    queue_start,
    revocation,
    smtp_sending,
)
from benchmarks.comparison import Comparison, show, table_heading, table_row
from benchmarks.quiet import stderr_in
from benchmarks.sizes import Sizes
from benchmarks.workspace import Workspace

Benchmark = Callable[[Workspace], Iterator[Comparison]]
BENCHMARKS: Mapping[str, Benchmark] = {
    "lock": job_lock.compare,
    "start": cold_start.compare,
    "queue": queue_start.compare,
    "smtp": smtp_sending.compare,
    "sessions": few_sessions.compare,
    "mail": notification_run.compare,
    "lists": list_pages.compare,
    "overview": overview.compare,
    "revoke": revocation.compare,
}


def main(arguments: Sequence[str], sizes: Sizes, benchmarks: Mapping[str, Benchmark] = BENCHMARKS) -> int:
    """Returns the exit code: 0, 1 if something could not be measured, 2 for a name that does not exist."""
    names = [name for argument in arguments for name in argument.replace(",", " ").split()]
    if "help" in names:
        print(_list_of_names(benchmarks))
        return 0
    unknown = [name for name in names if name not in benchmarks]
    if unknown:
        print(f"No rows are named {', '.join(unknown)}. Choose from:\n{_list_of_names(benchmarks)}", file=sys.stderr)
        return 2
    chosen = {name: benchmark for name, benchmark in benchmarks.items() if not names or name in names}
    return 0 if measure(chosen, sizes) else 1


def _list_of_names(benchmarks: Mapping[str, Benchmark]) -> str:
    return "\n".join(f"  {name:8}  {_about(benchmark)}" for name, benchmark in benchmarks.items())


def _about(benchmark: Benchmark) -> str:
    first_paragraph = (sys.modules[benchmark.__module__].__doc__ or "").partition("\n\n")[0]
    return " ".join(first_paragraph.split())


def measure(benchmarks: Mapping[str, Benchmark], sizes: Sizes) -> bool:
    """Prints the rows of all benchmarks. Returns False if one failed. The others are measured anyway."""
    started = time.perf_counter()
    rows: list[Comparison] = []
    failed: list[str] = []
    show(table_heading())
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        workspace, log = Workspace(sizes, Path(folder)), Path(folder, "product.log")
        with stderr_in(log):
            for name, benchmark in benchmarks.items():
                try:
                    for row in _at_least_one(benchmark(workspace)):
                        show(table_row(name, row))
                        rows.append(row)
                except Exception as error:
                    failed.append(name)
                    show(f"{name:8}  FAILED: {type(error).__name__}: {error}")
                    with log.open("a") as opened:
                        traceback.print_exc(file=opened)
        if failed:
            show(f"\nSome benchmarks failed: {', '.join(failed)}. The log is {_keep(log)}.")
    minutes, seconds = divmod(round(time.perf_counter() - started), 60)
    missed = sum(row.misses for row in rows)
    show(f"\n{len(rows)} rows in {minutes} min {seconds} s; {missed} of them miss their reach.")
    return not failed


def _at_least_one(rows: Iterator[Comparison]) -> Iterator[Comparison]:
    first = next(rows, None)
    assert first, "The benchmark measured nothing."
    yield first
    yield from rows


def _keep(log: Path) -> Path:
    with tempfile.NamedTemporaryFile("w", prefix="benchmarks-", suffix=".log", delete=False) as kept:
        kept.write(log.read_text(errors="replace"))
    return Path(kept.name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Sizes()))
