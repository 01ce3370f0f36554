"""The four jobs: their lock and history, their two flows, and the HTTP and timer functions that start them."""
