"""What is asked, how it is scored, and what the scores mean together."""
