"""Fairness: what else differs between two systems of a table beside what is being compared."""
