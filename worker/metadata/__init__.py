"""Reads a page's metadata, one module a field, and what the operator's selectors name in its place."""
