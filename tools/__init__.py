"""What `make` runs besides the tests: the package for Azure, the audit, and the scripts beside them."""
