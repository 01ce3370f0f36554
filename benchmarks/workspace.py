"""Shared by all rows of one invocation: the sizes, a folder, and the large databases."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from access.platforms import Platform
from benchmarks.comparison import progress
from benchmarks.many_requests import create_database
from benchmarks.sizes import Sizes


@dataclass(frozen=True)
class Workspace:
    """The sizes, the folder, which is deleted at the end, and the databases in it."""

    sizes: Sizes
    folder: Path
    _files: dict[tuple[str, int], Path] = field(default_factory=dict)

    def databases(self, count: int, platforms: Sequence[Platform]) -> Mapping[Platform, Path]:
        """Returns a file with that many requests for each platform. The first call creates it, later ones share it."""
        missing = [platform for platform in platforms if (platform.key, count) not in self._files]
        if missing:
            progress(f"Creating {count:,} requests of {' and of '.join(platform.title for platform in missing)} ...")
            with ThreadPoolExecutor() as threads:  # each SQLite file can use a processor of its own
                for key, file in threads.map(lambda platform: self._create(platform, count), missing):
                    self._files[key] = file
        return {platform: self._files[platform.key, count] for platform in platforms}

    def _create(self, platform: Platform, count: int) -> tuple[tuple[str, int], Path]:
        file = self.folder / f"{platform.key}-{count}.db"
        create_database(file, platform, count)
        return (platform.key, count), file
