"""How much each benchmark does: as much as it claims, or next to nothing in the smoke test."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    notifications: int = 10_000
    send_seconds: float = 10
    smtp_mails: int = 1_000
    many_requests: int = 1_000_000
    few_requests: int = 1_000
    literal_inserts: int = 3_000  # the rest of the specification's single inserts is extrapolated
    page_repeats: int = 200
    filter_repeats: int = 3
    lock_repeats: int = 300
    message_repeats: int = 50
    start_repeats: int = 11
