"""Suite `retrieval`: what was found, and what the wrong answers have to do with it."""
