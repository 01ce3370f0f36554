"""The records of runs: the lock, queued runs, chains, failures, and how each run ended."""
