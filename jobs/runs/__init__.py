"""A run, whatever it does: its lock, its life, its engine and its end."""
