"""Holds the comparison of a document's entries with those that are known. Pure."""
