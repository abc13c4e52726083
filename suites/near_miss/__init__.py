"""Suite `near_miss`: questions beside the known facts, to which the right answer is that there is none."""
