"""Suite `freshness`: facts that changed, and whether a system says the new value, the old one or none."""
