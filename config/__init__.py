"""Reads the operator's files: feeds, settings, logging."""
