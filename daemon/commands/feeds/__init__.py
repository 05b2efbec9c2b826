"""Holds the commands about feeds."""
