"""Keeps what the product logs from standing among the rows."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def stderr_in(log: Path) -> Iterator[None]:
    """Writes to the file what this process, and any process that it starts, writes to standard error."""
    sys.stderr.flush()
    stderr = os.dup(2)
    with log.open("a") as opened:
        os.dup2(opened.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(stderr, 2)
        os.close(stderr)
