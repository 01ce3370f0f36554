"""The platforms. To add one, add a module beside these, its tables in sql/schema/, and its settings."""

from typing import Literal

from access.platforms.databricks import DATABRICKS
from access.platforms.palantir import PALANTIR
from access.platforms.platform import Platform

PLATFORMS = (DATABRICKS, PALANTIR)
PLATFORMS_BY_KEY = {platform.key: platform for platform in PLATFORMS}
PlatformKey = Literal["databricks", "palantir"]

__all__ = ["DATABRICKS", "PALANTIR", "PLATFORMS", "PLATFORMS_BY_KEY", "Platform", "PlatformKey"]
