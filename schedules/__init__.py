"""Tells when a timer fires, as the Functions host reckons it: NCRONTAB or an interval, in the host's time zone."""
