"""The probes: from an item and what the corpus offers to the samples that are asked."""
