"""Reminders by e-mail: what they say, and the ways to send them."""
