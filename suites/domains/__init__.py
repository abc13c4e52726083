"""Domains: where a system is worst, and whether questions reach the collection of their domain."""
