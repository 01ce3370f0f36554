"""The tools that `make` and azd run: the package for Azure, the audit, and scripts."""
