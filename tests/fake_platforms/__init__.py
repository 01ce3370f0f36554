"""Databricks and Foundry as far as a connector needs them: servers that keep their state, and fail as told."""
