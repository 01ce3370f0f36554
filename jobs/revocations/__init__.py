"""Flow 2: revoke what has expired, and the nightly check of what was revoked."""
