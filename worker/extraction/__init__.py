"""Extracts an article from a page, an entry or a transcript. Pure."""
