"""The product's measurements. `python -m benchmarks` repeats them, and prints each ratio as soon as it is known."""
