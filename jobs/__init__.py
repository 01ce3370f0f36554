"""The four jobs: their lock and history, their two flows, and the operations and timers that start them."""
