"""Suite `forgetting`: which general skills a system has kept, measured item by item against its ancestors."""
