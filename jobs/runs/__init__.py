"""The life of a run, whichever job it is: its lock, its engine and its end."""
