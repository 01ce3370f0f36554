"""`python -m benchmarks`: measures everything in one run and prints the table."""

import tempfile
from pathlib import Path

from access.platforms import DATABRICKS, PLATFORMS
from benchmarks import (
    cold_start,
    job_lock,
    list_pages,
    notification_run,
    overview,
    queue_start,
    revocation,
    smtp_sending,
)
from benchmarks.comparison import Comparison, progress, render_table
from benchmarks.many_requests import create_database
from benchmarks.sizes import Sizes


def run(sizes: Sizes) -> list[Comparison]:
    """Every row of the table; what it stores is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        folder = Path(name)
        comparisons = notification_run.compare(sizes, folder)
        comparisons += smtp_sending.compare(sizes, folder)
        comparisons += cold_start.compare(sizes, folder)
        comparisons += job_lock.compare(sizes, folder)
        comparisons += queue_start.compare(sizes, folder)
        for platform in PLATFORMS:
            progress(f"Creating {sizes.many_requests} requests on {platform.title} ...")
            file = folder / f"{platform.key}-many.db"
            many_url = create_database(file, platform, sizes.many_requests)
            few_url = create_database(folder / f"{platform.key}-few.db", platform, sizes.few_requests)
            comparisons += list_pages.compare(sizes, platform, many_url, few_url)
            comparisons += overview.compare(sizes, platform, many_url)
            if platform is DATABRICKS:
                comparisons += revocation.compare(sizes, file, sizes.many_requests)
        return comparisons


if __name__ == "__main__":
    print(render_table(run(Sizes())))
