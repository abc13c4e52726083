"""Suite `format_shift`: the same questions in other clothes, and what tuning has to do with the drop."""
