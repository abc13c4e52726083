"""Renderings of one comparison: terminal, Markdown, CSV, JSON."""
