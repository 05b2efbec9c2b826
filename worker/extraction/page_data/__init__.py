"""Reads the values that a page carries for its scripts, and the article among them. Pure."""
