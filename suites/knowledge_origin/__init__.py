"""Suite `knowledge_origin`: which claims come from the passages, which from the weights, and which are wrong."""
