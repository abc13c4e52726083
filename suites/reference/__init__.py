"""Suite `reference`: answers beside a reference text, by BERTScore, exact match and token F1."""
