"""The records of access that has ended, and the grants that are removed together."""
