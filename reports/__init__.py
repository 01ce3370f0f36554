"""Tells what ran, what is due and what was decided: runs, overview, audit, schedule."""
