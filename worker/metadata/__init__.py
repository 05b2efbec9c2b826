"""Reads a page's metadata, one module a field."""
