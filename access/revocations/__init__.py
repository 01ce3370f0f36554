"""The records of revocations, and the grants that are removed together."""
