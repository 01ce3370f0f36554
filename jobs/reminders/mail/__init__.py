"""Reminders by email: what they say, and the ways to send them."""
