"""Removes grants at the platforms. To add a connector, add a module beside these, and its name in choice.py."""
