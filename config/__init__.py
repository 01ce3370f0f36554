"""The settings of a process, and the databases and telemetry that they open."""
