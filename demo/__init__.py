"""Realistic data, and a run of all four jobs on it that checks its own results."""
