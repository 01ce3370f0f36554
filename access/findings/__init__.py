"""What the nightly check finds: the rules, the list, and what operators can do about it."""
