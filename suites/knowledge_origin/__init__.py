"""Suite `knowledge_origin`: claims from the passages, claims from the weights, wrong claims."""
