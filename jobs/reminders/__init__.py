"""Flow 1: reminds people whose access ends soon."""
