"""Complete examples that ship with bakeoff."""
