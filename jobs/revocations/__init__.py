"""Flow 2: revokes expired requests. Beside it is the nightly check of the grants."""
