"""What texts claim and what supports it, asked of the run's judge."""
