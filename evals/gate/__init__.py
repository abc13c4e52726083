"""The gate: whether a candidate may ship, check by check, from a stored run (DESIGN §10)."""
