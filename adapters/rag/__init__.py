"""The reference RAG system: chunk, retrieve, read.

Each step is a module with plain functions and a small seam: `chunking` cuts documents, `index` keeps the
chunks searchable, `retrieval` ranks them, `reader` answers from what was retrieved, `system` puts the steps
behind the one interface of all systems, and `plugin` builds it from a config.
"""
