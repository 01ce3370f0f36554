"""How long a platform asks to wait."""

# Where it does not say.
DEFAULT_SECONDS = 5.0


def retry_after_seconds(header: str | None) -> float | None:
    """Of the two forms that Retry-After may have, platforms send seconds."""
    return float(header) if header and header.isdecimal() else None
