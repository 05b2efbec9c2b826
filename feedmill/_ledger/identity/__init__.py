"""Holds the identity of articles: ids, normalized URLs and texts. Pure."""
