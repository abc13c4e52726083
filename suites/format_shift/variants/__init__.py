"""The same questions in other forms: what suite `format_shift` asks beside the given samples."""
