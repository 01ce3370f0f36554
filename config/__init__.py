"""What a process is made of: its settings and the database that they name."""
