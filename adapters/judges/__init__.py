"""What gives verdicts: a model behind an endpoint, or the offline procedure."""
