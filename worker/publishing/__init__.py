"""Holds the building of what goes to the stream. Pure."""
