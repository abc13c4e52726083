"""The accepted baseline: what the last candidate that passed scored, item by item, in a committed file."""
