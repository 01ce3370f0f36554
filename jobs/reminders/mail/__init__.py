"""Reminders by email: their texts, and the ways to send them."""
