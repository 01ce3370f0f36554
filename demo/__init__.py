"""A believable data set, and a run of all four jobs on it that checks itself."""
