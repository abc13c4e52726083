"""Suite `context_stress`: the same questions over passages that are missing, wrong, many or hostile."""
