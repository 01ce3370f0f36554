"""Tells whether the app is connected to each platform, and where it may see and remove grants."""
