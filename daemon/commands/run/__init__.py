"""Holds the commands that run feedmill or a part of it."""
