"""Holds the way of one page from its lease to its outcome."""
