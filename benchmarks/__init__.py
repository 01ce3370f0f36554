"""What is measured, and how to measure it again: `python -m benchmarks` prints one table of ratios."""
