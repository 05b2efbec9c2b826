"""Searches the words of what the stream holds: an SQLite FTS5 index that is made of the stream."""
