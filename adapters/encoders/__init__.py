"""What turns texts into vectors: the embedded MiniLM, or any sentence-transformers model."""
