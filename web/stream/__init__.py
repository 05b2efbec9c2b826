"""Holds the index of the stream in memory and the filters on it."""
