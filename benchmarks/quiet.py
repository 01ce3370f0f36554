"""Keeps the product's log lines out of the table."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def stderr_in(log: Path) -> Iterator[None]:
    """Sends the standard error of this process, and of any process that it starts, to the file."""
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
