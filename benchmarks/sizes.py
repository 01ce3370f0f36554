"""The sizes of the benchmarks: the real ones, which the smoke test replaces by very small ones."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    notifications: int = 10_000
    send_seconds: float = 10
    smtp_mails: int = 1_000
    few_sessions_mails: int = 60
    many_requests: int = 1_000_000
    fewer_requests: int = 100_000
    literal_inserts: int = 500  # the time of all single inserts is extrapolated from these
    revocation_rounds: int = 3
    page_repeats: int = 50
    filter_repeats: int = 3
    overview_repeats: int = 20
    lock_repeats: int = 300
    message_repeats: int = 20
    start_repeats: int = 5
