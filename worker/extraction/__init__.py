"""Holds the extraction of an article from a page or an entry. Pure."""
