"""Flow 1: remind the people whose access ends soon."""
