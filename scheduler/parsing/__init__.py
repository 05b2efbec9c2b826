"""Holds the parsers of feed documents."""
