"""The HTTP edge: operations and their callers, answers, failures and pages of lists. Knows no domain."""
