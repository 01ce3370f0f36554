"""Sentences that count, for people."""


def counted(count: int, of_one: str, of_many: str) -> str:
    """`1 was left`, `3 were left`."""
    return f"{count} {of_one if count == 1 else of_many}"
