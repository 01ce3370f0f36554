"""What is measured, and how to measure it again: `python -m benchmarks` prints a table of ratios as they come."""
