"""Holds what commands do with articles: read the stream, clean pages, handle dead letters."""
